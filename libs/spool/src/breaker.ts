/**
 * Whether the destination takes messages. Closed: they go there. Open: known to be away, nobody waits for it. Only who
 * drains the spool tries meanwhile, and closes it.
 */
export class Breaker {
  private open = false;
  private readonly flights = new Set<() => void>();

  constructor(private readonly onChange: (open: boolean) => void = () => undefined) {}

  get isOpen(): boolean {
    return this.open;
  }

  /** The destination failed; everything under way to it is called back. */
  trip(): void {
    const calledBack = [...this.flights];
    this.flights.clear();
    if (!this.open) {
      this.open = true;
      this.onChange(true);
    }
    for (const giveWay of calledBack) giveWay();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.onChange(false);
  }

  /**
   * Sends something to the destination; `away` when the breaker opens first, or when `patienceMs` pass (if given), which opens it. What
   * was sent may arrive all the same.
   *
   * @throws whatever the sending throws, unless `judge` finds that it means "not now": for all (the breaker opens) or for
   * this one alone.
   */
  fly<R>(
    sending: Promise<R>,
    patienceMs: number | undefined,
    judge: (error: unknown) => 'all' | 'one' | 'never',
  ): Promise<R | 'away'> {
    return new Promise((resolve, reject) => {
      const giveWay = (): void => {
        clearTimeout(timer);
        resolve('away');
      };
      const timer = patienceMs === undefined ? undefined : setTimeout(() => this.trip(), patienceMs);
      const land = (): void => {
        clearTimeout(timer);
        this.flights.delete(giveWay);
      };
      this.flights.add(giveWay);
      sending.then(
        (result) => {
          land();
          resolve(result);
        },
        (error: unknown) => {
          // Called back before: its end says nothing any more.
          if (!this.flights.has(giveWay)) return;
          const verdict = judge(error);
          if (verdict === 'all') return this.trip();
          land();
          if (verdict === 'one') resolve('away');
          else reject(error as Error);
        },
      );
    });
  }
}
