import { type ClassConstructor } from 'class-transformer';
import { type RequestTurn } from '../contexts/request-turn.js';
import { type Answer, type HandlerDecorator } from './handler-method.js';
import { handlerDecorator, type MethodMark } from './handler-decorator.js';

type RequestMethod<Q, R> = (request: Q, turn: RequestTurn) => Answer<R>;

/**
 * Makes a controller's method answer the requests to an address; of several processes one answers each. The classes carry
 * class-validator decorators: a request that does not fit is refused with INVALID_MESSAGE, an answer that does not fit is
 * an error. Throwing sends the error's `code` and message to the caller.
 */
export function RequestHandler<Q extends object, R extends object>(
  address: string,
  requestClass: ClassConstructor<Q>,
  responseClass: ClassConstructor<R>,
): HandlerDecorator<RequestMethod<Q, R>>;
export function RequestHandler<Q extends object>(
  address: string,
  requestClass: ClassConstructor<Q>,
): HandlerDecorator<RequestMethod<Q, unknown>>;
export function RequestHandler(address: string): HandlerDecorator<RequestMethod<unknown, unknown>>;
export function RequestHandler(
  address: string,
  requestClass?: ClassConstructor<object>,
  responseClass?: ClassConstructor<object>,
): MethodMark {
  return handlerDecorator({ kind: 'request', requestClass, responseClass, address });
}
