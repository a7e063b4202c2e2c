import { type HandlerExtras } from '../handlers/handler-extras.js';
import { patternOf } from '../handlers/pattern.js';
import { type HandlerObserver, type HandlerReport } from '../handler-observer.js';
import { nameOf } from './error-name.js';
import { type Around } from './stream-turns.js';

/** Who hears of calls that ended. */
export interface ReportAudience {
  readonly observer: HandlerObserver;
  /** Writes a line of the log. */
  readonly warn: (line: string) => void;
  /** The application's context of a message, in which its log line is written, too. */
  readonly around: Around | undefined;
}

type Outcome = HandlerReport['outcome'];

const consequences: Partial<Record<Outcome, string>> = {
  retry: '; another attempt follows',
  dead: '; the item is a dead letter',
  lost: '; the item went to another worker',
};

/** Tells what became of the calls of one handler: to the observer each of them, and in the log those that failed, once. */
export class HandlerReports {
  private readonly channel: string;

  constructor(
    private readonly extras: HandlerExtras & { readonly kind: HandlerReport['kind'] },
    private readonly audience: ReportAudience,
  ) {
    this.channel = Object.values(patternOf(extras))[0] as string;
  }

  /** A message has arrived. */
  begin(): HandlerCall {
    return new HandlerCall((end) => this.tell(end));
  }

  private tell(end: CallEnd): void {
    const { kind, owner } = this.extras;
    if (end.error !== undefined && end.outcome !== 'later') this.say(end);
    try {
      this.audience.observer.handled?.({ kind, channel: this.channel, owner, ...end });
    } catch {
      // An observer has nobody to tell.
    }
  }

  private say({ outcome, correlationId, error }: CallEnd): void {
    const { warn, around } = this.audience;
    const line = `${this.extras.owner} failed: ${nameOf(error)}${consequences[outcome] ?? ''}`;
    if (correlationId === undefined) return warn(line);
    if (!around) return warn(`${line} (correlation ${JSON.stringify(correlationId)})`);
    around(correlationId, () => Promise.resolve(warn(line))).catch(() => undefined);
  }
}

type CallEnd = Pick<HandlerReport, 'outcome' | 'durationMs' | 'correlationId' | 'error'>;

/** One call of a handler. */
export class HandlerCall {
  private readonly beganAtMs = performance.now();
  private correlationId: string | undefined;

  constructor(private readonly tell: (end: CallEnd) => void) {}

  /** What arrived could be read. */
  reads(body: unknown): void {
    this.correlationId = correlationIdOf(body);
  }

  ended(outcome: Outcome, error?: unknown): void {
    const { correlationId } = this;
    this.tell({
      outcome,
      durationMs: performance.now() - this.beganAtMs,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** The correlation id of a message; other bodies have none. */
export function correlationIdOf(body: unknown): string | undefined {
  const id = (body as { correlation_id?: unknown } | null | undefined)?.correlation_id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
