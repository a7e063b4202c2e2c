/** Memory that waiting messages may take in this process. Reading stops at the mark and goes on below it. */
export class Budget {
  private used = 0;
  private waiting: (() => void) | undefined;

  constructor(
    private readonly highWaterBytes: number,
    private readonly lowWaterBytes = highWaterBytes * 0.75,
  ) {}

  get exhausted(): boolean {
    return this.used >= this.highWaterBytes;
  }

  get usedBytes(): number {
    return this.used;
  }

  /** Bytes until the mark; at least 1. */
  get room(): number {
    return Math.max(1, this.highWaterBytes - this.used);
  }

  take(bytes: number): void {
    this.used += bytes;
  }

  give(bytes: number): void {
    this.used -= bytes;
    if (this.waiting && this.used <= this.lowWaterBytes) {
      const tell = this.waiting;
      this.waiting = undefined;
      tell();
    }
  }

  /** Calls once when there is room again. */
  whenRoom(tell: () => void): void {
    this.waiting = tell;
  }
}
