import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeWhatsApp, startFakeWhatsApp, waitFor } from '@switchboard/testing';
import { say, SOURCE, startSender, WARM_UP_SOURCE, writeProperties } from '../outbound/outbound-scene.js';
import { type Admission, GovernorTimes } from '../outbound/governor-times.js';
import { percentile } from '../report/percentile.js';
import { type LoggedProcess } from '../web/logged-process.js';
import { startBenchRedis } from '../worker/bench-redis.js';
import { type Findings, type Trial, type TrialConditions } from './trial.js';

const SENDERS = 2;
/** The one limit that holds. */
const limit = { calls: 20, windowMs: 500 };
/** Replies without a limit that are not measured, so that code is compiled and connections are warm. */
const WARM_UP = 4_000;
/** Calls under the limit that are not measured; the first window's wait for nothing. */
const LEAD = 100;
const MEASURED = 400;
const SENT_MS = 60_000;

type Calls = FakeWhatsApp['calls'];

/** @throws Error when a reply did not come exactly once, or the limit was exceeded */
function refuseFaults(calls: Calls, replies: number): void {
  const ids = new Set(calls.map(({ message }) => message.callbackData));
  if (ids.size !== replies || calls.length !== replies) {
    throw new Error(`Of ${replies} replies ${ids.size} came, in ${calls.length} calls`);
  }
  if ((windowGaps(calls, limit.calls)[0] ?? 0) < 0) throw new Error('More calls were made than the limit allows');
}

/** How long after its window had room, as the provider sees it, each call came; ms, sorted. */
function windowGaps(calls: Calls, lead: number): Float64Array {
  const times = calls.map(({ atMs }) => atMs).slice(lead - limit.calls);
  const gaps = times.slice(limit.calls).map((atMs, n) => atMs - (times[n] as number) - limit.windowMs);
  return Float64Array.from(gaps).sort();
}

/** What became of the measured replies that had to wait, each with its arrival at the provider, ms since 1970. */
function waitedOf(calls: Calls, lead: number, governor: GovernorTimes): (Admission & { arrivedAtMs: number })[] {
  return calls.slice(lead).flatMap(({ message, atMs }) => {
    const admission = governor.of(message.callbackData ?? '');
    return admission ? [{ ...admission, arrivedAtMs: performance.timeOrigin + atMs }] : [];
  });
}

async function run({ scale, profileFolder }: TrialConditions): Promise<Findings> {
  const warmUp = Math.ceil(WARM_UP * scale);
  const lead = limit.calls + Math.ceil(LEAD * scale);
  const replies = lead + Math.ceil(MEASURED * scale);
  const folder = await mkdtemp(join(tmpdir(), 'bench-sender-'));
  const redis = await startBenchRedis();
  const whatsapp = await startFakeWhatsApp();
  const governor = await GovernorTimes.listen(redis.port);
  const senders: LoggedProcess[] = [];
  try {
    const file = await writeProperties(folder, whatsapp.url, limit);
    for (let n = 0; n < SENDERS; n++) senders.push(await startSender(redis.port, file, profileFolder));
    const send = async (source: string, count: number): Promise<Calls> => {
      const before = whatsapp.calls.length;
      await say(redis.port, source, count);
      const sent = (): boolean => whatsapp.calls.length >= before + count;
      await waitFor(sent, { describe: 'all replies were sent', timeoutMs: SENT_MS });
      return whatsapp.calls.slice(before);
    };
    await send(WARM_UP_SOURCE, warmUp);
    const calls = await send(SOURCE, replies);
    refuseFaults(calls, replies);
    const waited = waitedOf(calls, lead, governor);
    const woken = Float64Array.from(waited, ({ permittedAtMs, admittedAtMs }) => admittedAtMs - permittedAtMs).sort();
    const called = Float64Array.from(waited, ({ permittedAtMs, arrivedAtMs }) => arrivedAtMs - permittedAtMs).sort();
    return {
      waited: waited.length,
      p50: percentile(woken, 0.5),
      p99: percentile(woken, 0.99),
      call50: percentile(called, 0.5),
      call99: percentile(called, 0.99),
      gap50: percentile(windowGaps(calls, lead), 0.5),
    };
  } finally {
    governor.close();
    await Promise.all(senders.map((sender) => sender.stop()));
    await whatsapp.close();
    await redis.stop();
    await rm(folder, { recursive: true });
  }
}

/** Sending processes that share one rate limit and always have more to send than it allows. */
export const governorWakeup: Trial = {
  name: 'governor-wakeup',
  repetitions: 3,
  variants: { 'outbound-sender': run },
};
