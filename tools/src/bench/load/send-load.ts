import { type Sender } from '../contestants/contestant.js';
import { percentile } from '../report/percentile.js';
import { flood, type FloodLimits } from './flood.js';
import { type MessagePlan, totalOf } from './load-plan.js';
import { sendOnSchedule } from './open-loop.js';

/** Sends the messages that are not measured: as the measured ones where those are a flood, else within `limits`. */
export function sendWarmUp(sender: Sender, plan: MessagePlan, limits: FloodLimits): Promise<void> {
  return flood(sender, plan, { from: 0, to: plan.warmUp }, plan.send.kind === 'flood' ? plan.send : limits);
}

/** Sends the measured messages; of a flood nothing is known of single ones. Latencies in ms. */
export async function sendMeasured(
  sender: Sender,
  plan: MessagePlan,
): Promise<{ latencyMs?: { p50: number; p99: number } }> {
  if (plan.send.kind === 'flood') {
    await flood(sender, plan, { from: plan.warmUp, to: totalOf(plan) }, plan.send);
    return {};
  }
  const sorted = (await sendOnSchedule(sender, plan)).sort();
  return { latencyMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) } };
}
