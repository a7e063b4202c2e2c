/** Numbers and words beside a check that passed; no ids, no addresses: probes may be read by anyone. */
export type HealthDetail = Readonly<Record<string, number | string>>;

/** Passes by returning, with a detail if it likes; fails by throwing or rejecting. */
export type HealthCheck = () => void | HealthDetail | Promise<void | HealthDetail>;

export interface CheckResult {
  readonly status: 'up' | 'down';
  /** Why it is down; the error itself goes to the log. */
  readonly reason?: 'failed' | 'timed out';
  readonly detail?: HealthDetail;
}

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Told when a check changes between up and down. */
export type CheckListener = (name: string, result: CheckResult, error?: unknown) => void;

interface Registered {
  readonly check: HealthCheck;
  readonly timeoutMs: number;
  /** The run under way; a check that hangs is not started a second time. */
  running?: Promise<void | HealthDetail>;
  last: CheckResult['status'];
}

const DEFAULT_TIMEOUT_MS = 2_000;

class TimedOut extends Error {}

/** Whether a service can do its work now: the named checks of what it needs, each with a time limit. */
export class HealthRegistry {
  private readonly registered = new Map<string, Registered>();
  private phase: 'starting' | 'started' | 'stopping' = 'starting';

  constructor(private readonly onChange: CheckListener = () => undefined) {}

  /** Adds a check under a unique name; it counts as up until it has failed once. */
  add(name: string, check: HealthCheck, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    if (this.registered.has(name)) throw new Error(`There is a health check ${name} already`);
    this.registered.set(name, { check, timeoutMs, last: 'up' });
  }

  /** From now on the checks decide; before, the service is not ready. */
  started(): void {
    if (this.phase === 'starting') this.phase = 'started';
  }

  /** From now on the service is not ready, whatever the checks say. */
  stopping(): void {
    this.phase = 'stopping';
  }

  /** Runs all checks side by side; takes no longer than the longest time limit. */
  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.registered].map(async ([name, entry]) => [name, await this.run(name, entry)] as const),
    );
    const allUp = results.every(([, { status }]) => status === 'up');
    const checks = Object.fromEntries(results);
    if (this.phase !== 'started')
      return { status: 'not ready', checks: { ...checks, [this.phase]: { status: 'down' } } };
    return { status: allUp ? 'ready' : 'not ready', checks };
  }

  private async run(name: string, entry: Registered): Promise<CheckResult> {
    try {
      const detail = await within(this.begin(entry), entry.timeoutMs);
      return this.note(name, entry, { status: 'up', ...(detail ? { detail } : {}) });
    } catch (error) {
      const reason = error instanceof TimedOut ? 'timed out' : 'failed';
      return this.note(name, entry, { status: 'down', reason }, error);
    }
  }

  private begin(entry: Registered): Promise<void | HealthDetail> {
    entry.running ??= Promise.resolve()
      .then(entry.check)
      .finally(() => (entry.running = undefined));
    return entry.running;
  }

  private note(name: string, entry: Registered, result: CheckResult, error?: unknown): CheckResult {
    if (entry.last !== result.status) {
      entry.last = result.status;
      this.onChange(name, result, error);
    }
    return result;
  }
}

async function within<R>(work: Promise<R>, timeoutMs: number): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
