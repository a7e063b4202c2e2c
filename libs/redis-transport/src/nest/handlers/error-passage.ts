import { type ArgumentsHost } from '@nestjs/common';
import { BaseRpcExceptionFilter } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { HandlerContext } from '../contexts/handler-context.js';

let open = false;

/**
 * Lets a handler's own error through to this transport when no filter of the application catches it. Nest's filter of last
 * resort would turn it into "Internal server error", and no decision on retry or dead letter could be made. Any filter put
 * on the handler instead comes before those of its class and of the application and would hide them; Nest has no place
 * behind them but its own, so the passage is made there, for calls of this transport alone.
 */
export function openErrorPassage(): void {
  if (open) return;
  open = true;
  const filter = BaseRpcExceptionFilter.prototype;
  const lastResort = filter.catch;
  filter.catch = function (this: BaseRpcExceptionFilter, exception: unknown, host: ArgumentsHost): Observable<never> {
    if (host.getArgByIndex<unknown>(1) instanceof HandlerContext) return throwError(() => exception);
    return lastResort.call(this, exception, host) as Observable<never>;
  };
}
