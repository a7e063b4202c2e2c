import { type Envelope } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type TurnContext } from '../contexts/turn-context.js';
import { type Answer, type HandlerDecorator } from './handler-method.js';
import { handlerDecorator } from './handler-decorator.js';
import { type HandlerTuning } from './handler-extras.js';

/** A batch of one message is a batch: a handler may ask for `[Envelope<P>]` when its tuning says so. */
type StreamMethod<P extends object> = (batch: [Envelope<P>], turn: TurnContext) => Answer<unknown>;

/**
 * Makes a controller's method the handler of a message class for one consumer group. The method takes the batch
 * (`batch: Envelope<P>[]`, one conversation's messages, oldest first, never empty) and the turn (`turn: TurnContext`).
 * Returning is done: what the turn emitted and the acknowledgement happen in one script. Throwing decides between retry
 * and dead letter. A message of the batch that cannot be read becomes a dead letter; the handler gets the others.
 */
export function StreamHandler<P extends object>(
  messageClass: ClassConstructor<P>,
  group: string,
  tuning: HandlerTuning = {},
): HandlerDecorator<StreamMethod<P>> {
  return handlerDecorator({ kind: 'stream', messageClass, group, tuning });
}
