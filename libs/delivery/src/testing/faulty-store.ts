import { type StoreFailure, type StreamStore } from '../ports/stream-store.js';

/** `before`: the call never reaches the store. `after`: it is carried out and its reply is lost. */
export type Fault = 'before' | 'after';

export type Operation = Exclude<keyof StreamStore, 'waitForNews'>;

/** A store whose calls can fail on the way there or back, or hang like those of a frozen process. */
export class FaultyStore {
  readonly store: StreamStore;
  /** Names of all calls that left, in order. */
  readonly calls: string[] = [];
  private readonly faults = new Map<string, Fault[]>();
  private thawed: Promise<void> = Promise.resolve();
  private thawNow: () => void = () => undefined;

  constructor(inner: StreamStore) {
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) =>
          this.call(String(name), args, () => Reflect.apply(method, target, args) as unknown);
      },
    });
  }

  /** The next calls of an operation meet these faults, in turn. */
  fail(operation: Operation, ...faults: Fault[]): void {
    this.faults.set(operation, [...(this.faults.get(operation) ?? []), ...faults]);
  }

  /** From now on no call goes out and no reply comes in, as in a process that was stopped. */
  freeze(): void {
    this.thawed = new Promise((resolve) => (this.thawNow = resolve));
  }

  thaw(): void {
    this.thawNow();
  }

  private async call(name: string, args: unknown[], carryOut: () => unknown): Promise<unknown> {
    await this.thawed;
    this.calls.push(name);
    const fault = this.faults.get(name)?.shift();
    if (fault === 'before') return refuse(name, args);
    const result = await carryOut();
    await this.thawed;
    return fault === 'after' ? refuse(name, args) : result;
  }
}

/** As a driver reports it: operations on many things answer failures as data, the others throw. */
function refuse(name: string, args: unknown[]): StoreFailure[] {
  const error = new Error(`Connection is closed (${name})`);
  if (name !== 'append' && name !== 'read' && name !== 'commit') throw error;
  return (args[0] as unknown[]).map(() => ({ status: 'failed', retryable: true, error }));
}
