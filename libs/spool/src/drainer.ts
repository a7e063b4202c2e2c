import { Unavailable } from '@switchboard/delivery';
import { type Breaker } from './breaker.js';
import { type Spool } from './spool.js';
import { type SpoolObserver } from './spool-observer.js';
import { type Carried, type Destination, type SpoolRow } from './spooled-message.js';

export interface DrainerParts<T> {
  readonly spool: Spool;
  readonly carried: Carried<T>;
  readonly destination: Destination<T>;
  readonly breaker: Breaker;
  readonly observer: SpoolObserver;
}

interface Pace {
  readonly page: number;
  readonly maxPauseMs: number;
}

/** What became of one conversation's messages of a page. */
interface Course {
  readonly done: SpoolRow[];
  readonly refused: { readonly row: SpoolRow; readonly reason: string }[];
  away: boolean;
}

const MIN_PAUSE_MS = 50;
/** Without anything to do it looks this often all the same. */
const IDLE_MS = 1_000;
/** A call under way to a destination that does not answer is left behind after this. */
const STOP_MARGIN_MS = 1_000;
/** While the destination is known to be away this many messages find out whether it still is. */
const TRIAL_PAGE = 16;
/** After so many pages of which nothing was taken the destination itself is at fault, not some conversations. */
const MAX_IN_VAIN = 3;
/** A reason is a sentence for an operator, not a document. */
const MAX_REASON = 300;

/**
 * Carries what the spool holds to its destination: page by page, each conversation in order. A message leaves the spool
 * only after it was stored; a crash in between sends it a second time, which the destination recognises by its id. A
 * conversation that is not taken now holds up no other.
 */
export class Drainer<T> {
  private running: Promise<void> | undefined;
  private stopping = false;
  private giveUpAtMs = Infinity;
  private pauseMs = MIN_PAUSE_MS;
  private news = false;
  private endPause: (() => void) | undefined;
  private endIdling: (() => void) | undefined;

  constructor(
    private readonly parts: DrainerParts<T>,
    private readonly pace: Pace,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** The spool has got something. Does not shorten the pause after a failure. */
  wake(): void {
    this.news = true;
    this.endIdling?.();
  }

  /** Drains on while that succeeds, at most for `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    this.giveUpAtMs = performance.now() + graceMs;
    this.endPause?.();
    const late = new Promise((resolve) => setTimeout(resolve, graceMs + STOP_MARGIN_MS).unref());
    await Promise.race([this.running, late]);
  }

  private async run(): Promise<void> {
    for (;;) {
      this.news = false;
      const advanced = await this.round().catch(() => false);
      const { spool, breaker } = this.parts;
      const idle = spool.isEmpty && !breaker.isOpen;
      if (this.stopping && (idle || !advanced || performance.now() > this.giveUpAtMs)) return;
      if (idle) await this.idle();
      else if (advanced) this.pauseMs = MIN_PAUSE_MS;
      else {
        await this.pause(this.pauseMs * (0.5 + Math.random() / 2));
        this.pauseMs = Math.min(this.pauseMs * 2, this.pace.maxPauseMs);
      }
    }
  }

  /** Once through the spool; true when the destination took something. */
  private async round(): Promise<boolean> {
    const { spool, breaker, destination } = this.parts;
    if (breaker.isOpen) await destination.probe();
    if (spool.isEmpty) {
      breaker.close();
      return true;
    }
    const blocked = new Set<string>();
    let [after, advanced, inVain] = [0, false, 0];
    while (inVain < MAX_IN_VAIN && performance.now() < this.giveUpAtMs) {
      const rows = await spool.page(after, breaker.isOpen ? TRIAL_PAGE : this.pace.page);
      if (rows.length === 0) break;
      after = rows[rows.length - 1]?.seq as number;
      const { taken, away } = await this.drainPage(rows, blocked);
      advanced ||= taken;
      if (away && !taken) inVain += 1;
    }
    return advanced;
  }

  private async drainPage(rows: readonly SpoolRow[], blocked: Set<string>): Promise<{ taken: boolean; away: boolean }> {
    const { spool, observer } = this.parts;
    const courses = await Promise.all(
      [...byConversation(rows, blocked)].map(async ([conversation, own]) => {
        const course = await this.drainConversation(own);
        if (course.away) blocked.add(conversation);
        return course;
      }),
    );
    const done = courses.flatMap((course) => course.done);
    const refused = courses.flatMap((course) => course.refused);
    if (done.length > 0) {
      await spool.remove(done);
      observer.drained?.(done.length);
    }
    for (const { row, reason } of refused) {
      await spool.refuse(row, reason);
      observer.refused?.(row.id, reason);
    }
    return { taken: done.length + refused.length > 0, away: courses.some(({ away }) => away) };
  }

  private async drainConversation(rows: readonly SpoolRow[]): Promise<Course> {
    const { carried, destination, breaker } = this.parts;
    const course: Course = { done: [], refused: [], away: false };
    for (const row of rows) {
      try {
        await destination.publish(carried.read(row.body));
        course.done.push(row);
        breaker.close();
      } catch (error) {
        if (error instanceof Unavailable) {
          course.away = true;
          break;
        }
        course.refused.push({ row, reason: reasonOf(error) });
      }
    }
    return course;
  }

  private async idle(): Promise<void> {
    if (this.news) return;
    const pausing = this.pause(IDLE_MS);
    this.endIdling = this.endPause;
    await pausing;
    this.endIdling = undefined;
  }

  private pause(ms: number): Promise<void> {
    if (this.stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      this.endPause = end;
    });
  }
}

function byConversation(rows: readonly SpoolRow[], blocked: ReadonlySet<string>): Map<string, SpoolRow[]> {
  const found = new Map<string, SpoolRow[]>();
  for (const row of rows) {
    if (blocked.has(row.conversation)) continue;
    const own = found.get(row.conversation);
    if (own) own.push(row);
    else found.set(row.conversation, [row]);
  }
  return found;
}

/** Names and codes only: messages of errors may repeat what they refuse. */
function reasonOf(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: { message?: unknown } };
  const words = [name, code, typeof cause?.message === 'string' ? cause.message.split(' ')[0] : undefined];
  return (
    words
      .filter((word) => typeof word === 'string' && word !== '')
      .join(' ')
      .slice(0, MAX_REASON) || 'Error'
  );
}
