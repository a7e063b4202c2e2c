const POLL_MS = 5;

/** Waits for a fact; rejects with its name when it does not come true in time. */
export async function until(name: string, fact: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await fact())) {
    if (performance.now() > giveUpAt) throw new Error(`not true after ${timeoutMs} ms: ${name}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A gate that handlers wait at until a test opens it. */
export class Gate {
  private open!: () => void;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  /** Lets everybody through, now and later. */
  release(): void {
    this.open();
  }
}
