import { contractOf, type Envelope } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type WorkContext } from '../contexts/work-context.js';
import { type Answer, type HandlerDecorator } from './handler-method.js';
import { handlerDecorator, type MethodMark } from './handler-decorator.js';
import { type WorkTuning } from './handler-extras.js';

type WorkMethod<Body> = (body: Body, item: WorkContext) => Answer<unknown>;

/**
 * Makes a controller's method a worker of a queue: one item at a time, several at once up to `concurrency`, no order
 * between them. With a message class the method takes its envelope, and the queue is `tuning.queue`, by default the name
 * of the class's stream; with a queue's name alone it takes whatever JSON the item holds (`unknown`). Returning is done;
 * throwing is another attempt after the queue's backoff, or a dead letter in the end.
 */
export function WorkHandler<P extends object>(
  messageClass: ClassConstructor<P>,
  tuning?: WorkTuning,
): HandlerDecorator<WorkMethod<Envelope<P>>>;
export function WorkHandler(queue: string, tuning?: Omit<WorkTuning, 'queue'>): HandlerDecorator<WorkMethod<unknown>>;
export function WorkHandler(channel: string | ClassConstructor<object>, tuning: WorkTuning = {}): MethodMark {
  const messageClass = typeof channel === 'string' ? undefined : channel;
  const queue = typeof channel === 'string' ? channel : (tuning.queue ?? contractOf(channel).stream);
  return handlerDecorator({ kind: 'work', messageClass, queue, tuning });
}
