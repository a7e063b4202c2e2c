import { type Sender } from '../contestants/contestant.js';
import { benchMessage, type BenchMessage } from './bench-message.js';
import { type LoadPlan } from './load-plan.js';
import { machineNowMs } from './machine-clock.js';
import { startMetronome } from './metronome.js';
import { type Due, scheduleOf } from './schedule.js';

/** Finer than the shortest distance of two messages that is measured. */
const TICK_MS = 0.1;

/**
 * Sends each message at its time, alone, whether or not earlier ones were confirmed. Messages carry the time at which
 * they were to be sent, so lateness of this process counts too. Resolves when all are confirmed.
 */
export async function sendOnSchedule(sender: Sender, plan: LoadPlan): Promise<void> {
  const schedule = scheduleOf(plan);
  const confirmations: Promise<unknown>[] = [];
  let startMs: number | undefined;
  let next = 0;
  const toMessage = ({ n, atMs }: Due, from: number): BenchMessage => benchMessage(n, from + atMs, plan);
  await startMetronome(TICK_MS, () => {
    const nowMs = machineNowMs();
    const from = (startMs ??= nowMs);
    for (let due = schedule[next]; due && from + due.atMs <= nowMs; due = schedule[next]) {
      confirmations.push(sender.send([toMessage(due, from)]));
      next++;
    }
    return next === schedule.length;
  });
  await Promise.all(confirmations);
}
