import { type StoreFailure, type StreamStore } from '../ports/stream-store.js';

/**
 * `before`: the call never reaches the store. `after`: it is carried out and its reply is lost. `late`: it fails for the
 * caller and reaches the store after the next call of the same name.
 */
export type Fault = 'before' | 'after' | 'late';

export type Operation = Exclude<keyof StreamStore, 'waitForNews' | 'routeOf'>;

/** A store whose calls can fail on the way there or back, or hang like those of a frozen process. */
export class FaultyStore {
  readonly store: StreamStore;
  /** Names of all calls that left, in order. */
  readonly calls: string[] = [];
  private readonly faults = new Map<string, Fault[]>();
  private readonly delayed = new Map<string, () => unknown>();
  private crash: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  private thawed: Promise<void> = Promise.resolve();
  private thawNow: () => void = () => undefined;

  constructor(inner: StreamStore) {
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        if (name === 'routeOf') return method.bind(target) as unknown;
        return (...args: unknown[]) =>
          this.call(String(name), args, () => Reflect.apply(method, target, args) as unknown);
      },
    });
  }

  /** The next calls of an operation meet these faults, in turn. */
  fail(operation: Operation, ...faults: Fault[]): void {
    this.faults.set(operation, [...(this.faults.get(operation) ?? []), ...faults]);
  }

  /** The process stops for good at its n-th call from now, from 1: before the call leaves, or before its reply arrives. */
  crashAt(n: number, when: 'before' | 'after'): void {
    this.crash = { at: this.calls.length + n, when };
  }

  get crashed(): boolean {
    return this.crash !== undefined && this.calls.length >= this.crash.at;
  }

  /** From now on no call goes out and no reply comes in, as in a process that was stopped. */
  freeze(): void {
    this.thawed = new Promise((resolve) => (this.thawNow = resolve));
  }

  /** Goes on, and does not crash any more. */
  thaw(): void {
    this.crash = undefined;
    this.thawNow();
  }

  private async call(name: string, args: unknown[], carryOut: () => unknown): Promise<unknown> {
    await this.thawed;
    this.calls.push(name);
    const dies = this.crash?.at === this.calls.length ? this.crash.when : undefined;
    if (dies === 'before') await this.stopped();
    const fault = this.faults.get(name)?.shift();
    if (fault === 'late') this.delayed.set(name, carryOut);
    if (fault === 'before' || fault === 'late') return refused(name, args);
    const result = await carryOut();
    if (dies === 'after' && this.crash) await this.stopped();
    await this.thawed;
    const late = this.delayed.get(name);
    this.delayed.delete(name);
    await late?.();
    return fault === 'after' ? refused(name, args) : result;
  }

  private stopped(): Promise<void> {
    this.freeze();
    return this.thawed;
  }
}

/** As a driver reports it: some operations answer failures as data, the others throw. */
function refused(name: string, args: unknown[]): StoreFailure | StoreFailure[] {
  const error = new Error(`Connection is closed (${name})`);
  const failure: StoreFailure = { status: 'failed', retryable: true, error };
  if (name === 'read' || name === 'commit' || name === 'park') return failure;
  if (name === 'append') return (args[0] as unknown[]).map(() => failure);
  throw error;
}
