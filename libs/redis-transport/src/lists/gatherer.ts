interface Waiting<T, R> {
  readonly item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** Most items of one call; a script's arguments are unpacked on Lua's small stack. */
const MOST_ITEMS = 500;
/** Most bytes of one call, as far as one item alone does not exceed them: Redis reads a call whole. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Calls on their way at once; behind them items gather, which is what makes calls big when there is much to do. */
const MOST_CALLS = 4;

/** Joins what is asked for in one turn of the event loop, and while calls are on their way, into one call. */
export class Gatherer<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private calls = 0;
  private scheduled = false;

  /** `run` answers for each item, in order; an error may stand for one item. */
  constructor(
    private readonly run: (items: T[]) => Promise<(R | Error)[]>,
    private readonly sizeOf: (item: T) => number = () => 0,
  ) {}

  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.calls >= MOST_CALLS) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.call();
      this.schedule();
    });
  }

  private nextLength(): number {
    let length = 0;
    for (let bytes = 0; length < Math.min(MOST_ITEMS, this.waiting.length); length++) {
      bytes += this.sizeOf((this.waiting[length] as Waiting<T, R>).item);
      if (bytes > MOST_BYTES && length > 0) break;
    }
    return length;
  }

  private async call(): Promise<void> {
    const batch = this.waiting.splice(0, this.nextLength());
    if (batch.length === 0) return;
    this.calls += 1;
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        const result = results[i] as R | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.calls -= 1;
      this.schedule();
    }
  }
}
