import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeWhatsApp, startFakeWhatsApp, waitFor } from '@switchboard/testing';
import { say, startSender, writeProperties } from '../outbound/outbound-scene.js';
import { type Admission, GovernorTimes } from '../outbound/governor-times.js';
import { percentile } from '../report/percentile.js';
import { type LoggedProcess } from '../web/logged-process.js';
import { startBenchRedis } from '../worker/bench-redis.js';
import { type Findings, type Trial, type TrialConditions } from './trial.js';

const SENDERS = 2;
/** The one limit that holds. */
const limit = { calls: 20, windowMs: 500 };
/** Calls that are not measured, so that code is compiled and connections are warm; the first window's wait for nothing. */
const WARM_UP = 200;
const MEASURED = 400;
const SENT_MS = 60_000;

/** @throws Error when a reply did not come exactly once, or the limit was exceeded */
function refuseFaults(whatsapp: FakeWhatsApp, replies: number): void {
  const ids = new Set(whatsapp.received.map(({ callbackData }) => callbackData));
  if (ids.size !== replies || whatsapp.calls.length !== replies) {
    throw new Error(`Of ${replies} replies ${ids.size} came, in ${whatsapp.calls.length} calls`);
  }
  if ((windowGaps(whatsapp, limit.calls)[0] ?? 0) < 0) throw new Error('More calls were made than the limit allows');
}

/** How long after its window had room, as the provider sees it, each call came; ms, sorted. */
function windowGaps({ calls }: FakeWhatsApp, warmUp: number): Float64Array {
  const times = calls.map(({ atMs }) => atMs).slice(warmUp - limit.calls);
  const gaps = times.slice(limit.calls).map((atMs, n) => atMs - (times[n] as number) - limit.windowMs);
  return Float64Array.from(gaps).sort();
}

/** What became of the measured replies that had to wait, each with its arrival at the provider, ms since 1970. */
function waitedOf(
  { calls }: FakeWhatsApp,
  warmUp: number,
  governor: GovernorTimes,
): (Admission & { arrivedAtMs: number })[] {
  return calls.slice(warmUp).flatMap(({ message, atMs }) => {
    const admission = governor.of(message.callbackData ?? '');
    return admission ? [{ ...admission, arrivedAtMs: performance.timeOrigin + atMs }] : [];
  });
}

async function run({ scale, profileFolder }: TrialConditions): Promise<Findings> {
  const warmUp = limit.calls + Math.ceil(WARM_UP * scale);
  const replies = warmUp + Math.ceil(MEASURED * scale);
  const folder = await mkdtemp(join(tmpdir(), 'bench-sender-'));
  const redis = await startBenchRedis();
  const whatsapp = await startFakeWhatsApp();
  const governor = await GovernorTimes.listen(redis.port);
  const senders: LoggedProcess[] = [];
  try {
    const file = await writeProperties(folder, whatsapp.url, limit);
    for (let n = 0; n < SENDERS; n++) senders.push(await startSender(redis.port, file, profileFolder));
    await say(redis.port, replies);
    await waitFor(() => whatsapp.calls.length >= replies, { describe: 'all replies were sent', timeoutMs: SENT_MS });
    refuseFaults(whatsapp, replies);
    const waited = waitedOf(whatsapp, warmUp, governor);
    const woken = Float64Array.from(waited, ({ permittedAtMs, admittedAtMs }) => admittedAtMs - permittedAtMs).sort();
    const called = Float64Array.from(waited, ({ permittedAtMs, arrivedAtMs }) => arrivedAtMs - permittedAtMs).sort();
    return {
      waited: waited.length,
      p50: percentile(woken, 0.5),
      p99: percentile(woken, 0.99),
      call50: percentile(called, 0.5),
      call99: percentile(called, 0.99),
      gap50: percentile(windowGaps(whatsapp, warmUp), 0.5),
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
