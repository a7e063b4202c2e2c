import { type MessageHandler, RpcException } from '@nestjs/microservices';
import { Unrecoverable } from '@switchboard/delivery';
import { isObservable, lastValueFrom } from 'rxjs';
import { type HandlerContext } from '../contexts/handler-context.js';

/** Calls a handler through Nest's guards, pipes, interceptors and filters. */
export type CallHandler = (handler: MessageHandler, body: unknown, context: HandlerContext) => Promise<unknown>;

/** What Nest says when a guard answers false. */
const REFUSED_BY_GUARD = 'Forbidden resource';

/** A guard said no: no retry can help. */
export class RefusedByGuard extends Unrecoverable {
  constructor(options?: ErrorOptions) {
    super('a guard refused the message', options);
    this.name = 'RefusedByGuard';
  }
}

/** Resolves with what the handler answered in the end, rejects with its error or what a filter made of it. */
export const callHandler: CallHandler = (handler, body, context) =>
  // Nest's proxy is an async function whatever its type says.
  (handler(body, context) as Promise<unknown>).then(lastAnswer);

/** Most handlers answer a plain value; only what comes from interceptors and filters is an Observable. */
function lastAnswer(answer: unknown): unknown {
  return isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }).catch(tell) : answer;
}

function tell(error: unknown): never {
  if (error instanceof RpcException && error.message === REFUSED_BY_GUARD) throw new RefusedByGuard({ cause: error });
  throw error;
}
