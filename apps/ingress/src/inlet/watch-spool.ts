import { type SpoolMetrics } from '@switchboard/metrics';
import { type Logger } from '@switchboard/service-kit';
import { type SpoolObserver } from '@switchboard/spool';

/** One line in this time, however often the disk fails. */
const LOG_EVERY_MS = 5_000;

/** The spool's life as metrics and log lines. Message ids may hold phone numbers: they are logged as hashes. */
export function watchSpool(metrics: SpoolMetrics, log: Logger, hashId: (id: string) => string): SpoolObserver {
  let saidAtMs = -Infinity;
  return {
    stored: (messages) => metrics.stored(messages),
    drained: (messages) => {
      metrics.drained(messages);
      log.debug({ messages }, 'drained from the spool');
    },
    refused: (id, reason) => {
      metrics.refused();
      log.error({ message: hashId(id), reason }, 'a spooled message was refused for good and is put aside');
    },
    rejected: (why) => metrics.rejected(why),
    opened: () => {
      metrics.away(true);
      log.warn('Redis takes no messages; they go to the spool');
    },
    closed: () => {
      metrics.away(false);
      log.info('Redis takes messages again');
    },
    movedAside: (path) => log.error({ path }, 'the spool was damaged and is moved aside; a new one is begun'),
    failed: (operation, error) => {
      const nowMs = performance.now();
      if (nowMs - saidAtMs < LOG_EVERY_MS) return;
      saidAtMs = nowMs;
      log.error({ operation, err: error }, 'the spool cannot be used');
    },
  };
}
