import { HandlerContext } from './handler-context.js';

/** A broadcast as its handler sees it. */
export class TopicContext extends HandlerContext {
  constructor(
    /** The topic it was published on, without the key prefix. */
    readonly topic: string,
    /** Aborted when the server's grace period is over. */
    readonly signal: AbortSignal,
  ) {
    super();
  }
}
