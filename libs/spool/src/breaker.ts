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
   * Sends something to the destination; `away` when the breaker opens first or `patienceMs` pass, which opens it. What
   * was sent may arrive all the same.
   *
   * @throws whatever the sending throws, unless `isAway` says that it means "not now".
   */
  fly<R>(sending: Promise<R>, patienceMs: number, isAway: (error: unknown) => boolean): Promise<R | 'away'> {
    return new Promise((resolve, reject) => {
      const giveWay = (): void => {
        clearTimeout(timer);
        resolve('away');
      };
      const timer = setTimeout(() => this.trip(), patienceMs);
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
          if (isAway(error)) return this.trip();
          land();
          reject(error as Error);
        },
      );
    });
  }
}
