import { type Sender } from '../contestants/contestant.js';
import { benchMessage, type BenchMessage } from './bench-message.js';
import { type MessagePlan } from './load-plan.js';
import { machineNowMs } from './machine-clock.js';
import { startMetronome } from './metronome.js';
import { type Due, scheduleOf } from './schedule.js';

/** Finer than the shortest distance of two messages that is measured. */
const TICK_MS = 0.1;

/**
 * Sends each message at its time, alone, whether or not earlier ones were confirmed. Messages carry the time at which
 * they were to be sent, so lateness of this process counts too. Resolves when all are confirmed, with the time from when
 * each was to be sent to its confirmation, ms, in no order.
 */
export async function sendOnSchedule(sender: Sender, plan: MessagePlan): Promise<Float64Array> {
  const schedule = scheduleOf(plan);
  const confirmations: Promise<unknown>[] = [];
  const latencies = new Float64Array(schedule.length);
  let startMs: number | undefined;
  let next = 0;
  const toMessage = ({ n, atMs }: Due, from: number): BenchMessage => benchMessage(n, from + atMs, plan);
  await startMetronome(TICK_MS, () => {
    const nowMs = machineNowMs();
    const from = (startMs ??= nowMs);
    for (let due = schedule[next]; due && from + due.atMs <= nowMs; due = schedule[next]) {
      const dueAtMs = from + due.atMs;
      const place = next++;
      const confirmed = sender.send([toMessage(due, from)]);
      confirmations.push(confirmed.then(() => (latencies[place] = machineNowMs() - dueAtMs)));
    }
    return next === schedule.length;
  });
  await Promise.all(confirmations);
  return latencies;
}
