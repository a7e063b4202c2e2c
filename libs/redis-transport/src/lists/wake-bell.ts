/** Wakes one sleeper. A ring while nobody sleeps is kept for the next. */
export class WakeBell {
  private kept = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.kept = true;
    this.wake?.();
  }

  /** Drops a ring that was kept. */
  mute(): void {
    this.kept = false;
  }

  /** Resolves at the next ring, at once when one was kept, and at the latest after `ms`. */
  async rungWithin(ms: number): Promise<void> {
    if (!this.kept) {
      let late: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        late = setTimeout(resolve, ms);
      });
      clearTimeout(late);
      this.wake = undefined;
    }
    this.kept = false;
  }
}
