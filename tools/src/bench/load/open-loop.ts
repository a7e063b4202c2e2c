import { type Sender } from '../contestants/contestant.js';
import { benchMessage } from './bench-message.js';
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
  const startMs = machineNowMs();
  const confirmations: Promise<unknown>[] = [];
  let next = 0;
  const sendDue = (): boolean => {
    const passedMs = machineNowMs() - startMs;
    for (let due = schedule[next]; due && due.atMs <= passedMs; due = schedule[next]) {
      confirmations.push(sender.send([toMessage(due)]));
      next++;
    }
    return next === schedule.length;
  };
  const toMessage = ({ n, atMs }: Due) => benchMessage(n, startMs + atMs, plan);
  await startMetronome(TICK_MS, sendDue);
  await Promise.all(confirmations);
}
