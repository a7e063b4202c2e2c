import { type Envelope } from '@switchboard/message-schema';
import { type ClassConstructor } from 'class-transformer';
import { type TopicContext } from '../contexts/topic-context.js';
import { type Answer, type HandlerDecorator } from './handler-method.js';
import { handlerDecorator, type MethodMark } from './handler-decorator.js';
import { type TopicTuning } from './handler-extras.js';

type TopicMethod<Body> = (body: Body, context: TopicContext) => Answer<unknown>;

/**
 * Makes a controller's method a listener of a topic, or of many by Redis's wildcards (`events:*`). Every process that
 * listens hears every message published meanwhile, at most once; nobody repeats what was missed or failed. With a message
 * class the method takes its envelope, without one whatever JSON was published (`unknown`).
 */
export function TopicHandler<P extends object>(
  pattern: string,
  messageClass: ClassConstructor<P>,
  tuning?: TopicTuning,
): HandlerDecorator<TopicMethod<Envelope<P>>>;
export function TopicHandler(pattern: string, tuning?: TopicTuning): HandlerDecorator<TopicMethod<unknown>>;
export function TopicHandler(
  pattern: string,
  classOrTuning: ClassConstructor<object> | TopicTuning = {},
  tuning: TopicTuning = {},
): MethodMark {
  return typeof classOrTuning === 'function'
    ? handlerDecorator({ kind: 'topic', messageClass: classOrTuning, pattern, tuning })
    : handlerDecorator({ kind: 'topic', messageClass: undefined, pattern, tuning: classOrTuning });
}
