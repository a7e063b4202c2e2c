/** Given to `abort`, which would make an exception with a stack trace otherwise: that is dear, and nobody reads it. */
const RUNG = 'rung';

/** Wakes one sleeper. A ring while nobody sleeps is kept for the next, so that no wake-up is lost. */
export class Bell {
  private kept = false;
  private wake: (() => void) | undefined;

  ring(): void {
    const wake = this.wake;
    this.wake = undefined;
    if (wake) wake();
    else this.kept = true;
  }

  /** Resolves at the next ring, at once when one was kept. */
  rung(): Promise<void> {
    if (this.kept) {
      this.kept = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** True at the next ring, false when none came in time. */
  rungWithin(ms: number): Promise<boolean> {
    if (this.kept) {
      this.kept = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.wake = undefined;
        resolve(false);
      }, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** A signal that the next ring aborts; call `release` when it is no longer needed. */
  interrupt(): { readonly signal: AbortSignal; release(): void } {
    const controller = new AbortController();
    if (this.kept) {
      this.kept = false;
      controller.abort(RUNG);
    } else {
      this.wake = () => controller.abort(RUNG);
    }
    return {
      signal: controller.signal,
      release: () => {
        this.wake = undefined;
      },
    };
  }
}
