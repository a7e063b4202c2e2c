/** How long one asks. */
export interface AskOptions {
  readonly timeoutMs: number;
  /** Gives up waiting; `ask` throws its reason. */
  readonly signal?: AbortSignal;
}

/** What a handler knows of one request. */
export interface RequestContext {
  readonly address: string;
  /** Aborted at the caller's deadline and by `Serving.stop` after its grace. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, ms since 1970 by this process's clock. */
  readonly deadlineMs: number;
}

/** Answers one request. A thrown error goes to the caller as its `code` (a string, else ERROR) and message, never its stack. */
export type RequestHandler = (data: string, context: RequestContext) => Promise<string> | string;

/** A handler while it serves an address. */
export interface Serving {
  /** Resolves when requests arrive. */
  readonly ready: Promise<void>;
  /**
   * Takes no more requests and waits up to `graceMs` (0 by default) for those begun; the callers of the rest get
   * `RequestFailed` with the code SERVER_STOPPED.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}
