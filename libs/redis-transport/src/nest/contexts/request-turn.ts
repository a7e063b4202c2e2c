import { type RequestContext } from '../../requests/request-handler.js';
import { HandlerContext } from './handler-context.js';

/** A request as its handler sees it. */
export class RequestTurn extends HandlerContext {
  constructor(private readonly request: RequestContext) {
    super();
  }

  get address(): string {
    return this.request.address;
  }

  /** Aborted when the caller no longer waits, and when the server's grace period is over. */
  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** When the caller stops waiting, ms since 1970 by this process's clock. */
  get deadlineMs(): number {
    return this.request.deadlineMs;
  }
}
