import { type RequestContext } from './request-handler.js';
import { type RequestText } from './request-text.js';

/** Why a handler's signal was aborted: its caller waits no longer, or the server stops. */
class NotWanted extends Error {
  readonly code = 'NOT_WANTED';
}

/** One request in a server's hands. */
export class RunningRequest implements RequestContext {
  readonly deadlineMs: number;
  /** Resolves when nothing more is done about it. */
  ended: Promise<void> = Promise.resolve();
  private readonly late: NodeJS.Timeout;
  private controller: AbortController | undefined;
  private reason: Error | undefined;

  constructor(
    readonly request: RequestText,
    readonly address: string,
    /** Whether it is this server's to answer. */
    public claimed: boolean,
  ) {
    const { timeoutMs } = request;
    this.deadlineMs = Date.now() + timeoutMs;
    this.late = setTimeout(() => this.abort('the caller waits no longer'), timeoutMs).unref();
  }

  /** Made when it is asked for: few handlers do, and a signal is the dearest part of a request. */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.reason) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  get aborted(): boolean {
    return this.reason !== undefined;
  }

  abort(why: string): void {
    if (this.reason) return;
    this.reason = new NotWanted(why);
    this.controller?.abort(this.reason);
  }

  over(): void {
    clearTimeout(this.late);
  }
}
