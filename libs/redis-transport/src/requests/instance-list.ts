/** How long an instance is asked directly before the address itself is asked again, so that new ones get their share. */
const FRESH_MS = 5_000;
const MOST = 16;

/**
 * Servers of one address that answered lately. Asked directly in turn, a request needs no claim: an address may have
 * several servers, all of whom hear what is published on it.
 */
export class InstanceList {
  private readonly instances: string[] = [];
  private freshUntil = 0;
  private turn = 0;

  /** The next to ask, or nothing when the address itself is to be asked. */
  next(nowMs: number): string | undefined {
    if (this.instances.length === 0) return undefined;
    if (nowMs >= this.freshUntil) {
      this.freshUntil = nowMs + FRESH_MS;
      return undefined;
    }
    this.turn = (this.turn + 1) % this.instances.length;
    return this.instances[this.turn];
  }

  answered(instance: string, nowMs: number): void {
    if (this.instances.includes(instance)) return;
    if (this.instances.length === 0) this.freshUntil = nowMs + FRESH_MS;
    this.instances.push(instance);
    if (this.instances.length > MOST) this.instances.shift();
  }

  /** It is gone, or too slow to be asked first. */
  forget(instance: string): void {
    const place = this.instances.indexOf(instance);
    if (place >= 0) this.instances.splice(place, 1);
  }
}
