import { type Outcome, outcomeOf, type RetryPolicy, Unavailable } from '@switchboard/delivery';
import { type Envelope } from '@switchboard/message-schema';
import { type TakenItem } from '../../lists/taken-item.js';
import { type ItemOfHandler, WorkContext } from '../contexts/work-context.js';
import { type WorkExtras } from '../handlers/handler-extras.js';
import { readMessage } from './read-body.js';

/** Calls a handler with what an item holds. */
export type RunItem = (body: unknown, context: WorkContext) => Promise<unknown>;

/** Reads an item and calls its handler, wherever the item comes from; answers what the handler left in its context. */
export async function runItem(
  { messageClass, queue }: WorkExtras,
  item: ItemOfHandler & Pick<TakenItem, 'data'>,
  run: RunItem,
): Promise<WorkContext> {
  const body = readMessage(messageClass, item.data);
  const context = new WorkContext(queue, item, messageClass ? (body as Envelope) : undefined);
  await run(body, context);
  return context;
}

/** What an error means for an item. An output that its stream does not take now costs no attempt. */
export function itemOutcome(error: unknown, attempt: number, policy: RetryPolicy): Outcome {
  if (error instanceof Unavailable) return { kind: 'retry', afterMs: error.retryAfterMs, costsAttempt: false };
  return outcomeOf(error, attempt, policy);
}
