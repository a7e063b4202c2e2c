import { HandlerContext } from './handler-context.js';

/** A request as its handler sees it. */
export class RequestTurn extends HandlerContext {
  constructor(
    readonly address: string,
    /** Aborted when the caller no longer waits, and when the server's grace period is over. */
    readonly signal: AbortSignal,
    /** When the caller stops waiting, ms since 1970 by this process's clock. */
    readonly deadlineMs: number,
  ) {
    super();
  }
}
