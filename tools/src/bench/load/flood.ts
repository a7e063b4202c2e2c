import { type Sender } from '../contestants/contestant.js';
import { benchMessage } from './bench-message.js';
import { type MessagePlan } from './load-plan.js';
import { machineNowMs } from './machine-clock.js';

/** How much is on its way at once. */
export interface FloodLimits {
  readonly window: number;
  readonly chunk: number;
}

/** Sends the messages `from` up to, not including, `to` as fast as they are confirmed. */
export async function flood(
  sender: Sender,
  plan: MessagePlan,
  range: { from: number; to: number },
  limits: FloodLimits,
): Promise<void> {
  const { window, chunk } = limits;
  let next = range.from;
  const keepSending = async (): Promise<void> => {
    while (next < range.to) {
      const first = next;
      next = Math.min(range.to, first + chunk);
      const nowMs = machineNowMs();
      await sender.send(Array.from({ length: next - first }, (_, i) => benchMessage(first + i, nowMs, plan)));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(window / chunk)) }, keepSending));
}
