import { openSpool } from './open-spool.js';
import { SpoolFull, SpoolInUse, SpoolUnwritable } from './spool-errors.js';
import { bytesOf, type SpoolFile } from './spool-file.js';
import { SpoolLedger } from './spool-ledger.js';
import { harmlessObserver, type SpoolObserver } from './spool-observer.js';
import { type SpooledMessage, type SpoolRow } from './spooled-message.js';

export interface SpoolLimits {
  /** Most bytes of messages, those put aside included. The file and its log may take twice as much. */
  readonly maxBytes: number;
  readonly maxMessages: number;
}

/** What there is to say of the spool at a moment. */
export interface SpoolState {
  readonly messages: number;
  readonly bytes: number;
  /** Age of the first waiting message, 0 when there is none. */
  readonly oldestAgeMs: number;
  /** False when it is full or its disk fails. */
  readonly takes: boolean;
}

/** Messages of one request, stored together or not at all. */
interface Unit {
  readonly messages: readonly SpooledMessage[];
  readonly resolve: (isNew: boolean[]) => void;
  readonly reject: (error: Error) => void;
}

/** Messages of one commit at most; a page that is drained is not larger either. */
const GROUP_MESSAGES = 1_000;
const GROUP_BYTES = 8 << 20;
/** A file that could not be opened is tried again after this time at the earliest. */
const OPEN_AGAIN_MS = 500;

/**
 * Messages on this machine's disk, in the order of their coming. What was answered survives a crash of the process and of
 * the machine. Requests that come while a commit is under way share the next one.
 */
export class Spool {
  private file: SpoolFile | undefined;
  private readonly ledger = new SpoolLedger();
  private readonly waiting: Unit[] = [];
  private tail: Promise<unknown> = Promise.resolve();
  private flushing = false;
  private failed = false;
  private openedAtMs = -Infinity;
  private oldestAtMs: number | undefined;

  constructor(
    private readonly folder: string,
    private readonly limits: SpoolLimits,
    private readonly observer: SpoolObserver = harmlessObserver,
  ) {}

  /**
   * Opens the file. When the disk fails the spool takes nothing until it can be opened; that is tried with every message.
   *
   * @throws SpoolInUse when another process has the file.
   */
  async open(): Promise<void> {
    await this.inTurn(() => this.opened()).catch((error: unknown) => {
      if (error instanceof SpoolInUse) throw error;
    });
  }

  /** True while a message of the conversation waits here: the next one must go behind it. */
  holds(conversation: string): boolean {
    return this.ledger.holds(conversation);
  }

  get isEmpty(): boolean {
    return this.ledger.messages === 0;
  }

  get state(): SpoolState {
    return {
      messages: this.ledger.messages,
      bytes: this.ledger.bytes,
      oldestAgeMs: this.isEmpty ? 0 : Math.max(0, Date.now() - (this.oldestAtMs ?? Date.now())),
      takes: !this.failed && this.file !== undefined && this.hasRoomFor(1, 1),
    };
  }

  /**
   * Resolves once all messages are on the disk; for each, whether it is new here. Their place in the order is that of the
   * call.
   *
   * @throws SpoolFull or SpoolUnwritable; none of them is promised then.
   */
  append(messages: readonly SpooledMessage[]): Promise<boolean[]> {
    const bytes = messages.reduce((sum, message) => sum + bytesOf(message), 0);
    if (!this.hasRoomFor(messages.length, bytes)) {
      this.observer.rejected?.('full');
      return Promise.reject(new SpoolFull());
    }
    this.ledger.add(messages);
    return new Promise((resolve, reject) => {
      this.waiting.push({ messages, resolve, reject });
      if (!this.flushing) this.flush();
    });
  }

  /** The next messages after a place, in order; none when there are no more. @throws SpoolUnwritable. */
  page(after: number, count: number): Promise<SpoolRow[]> {
    return this.reading(async (file) => file.page(after, count, GROUP_BYTES));
  }

  /** Forgets messages that are stored elsewhere. @throws SpoolUnwritable; they will be found again. */
  async remove(rows: readonly SpoolRow[]): Promise<void> {
    await this.reading(async (file) => {
      await file.remove(rows.map(({ seq }) => seq));
      this.ledger.remove(rows);
      this.oldestAtMs = await file.oldestAtMs();
      if (this.isEmpty) await file.tidy();
    });
  }

  /** Puts a message aside that its destination will never take. @throws SpoolUnwritable. */
  async refuse(row: SpoolRow, reason: string): Promise<void> {
    await this.reading(async (file) => {
      await file.refuse(row.seq, reason, Date.now());
      this.ledger.putAside(row);
    });
  }

  /** Stores what still waits and lets go of the file, which stays. */
  async close(): Promise<void> {
    await this.inTurn(async () => {
      const file = this.file;
      this.file = undefined;
      await file?.close();
    });
  }

  private hasRoomFor(messages: number, bytes: number): boolean {
    const { maxBytes, maxMessages } = this.limits;
    return this.ledger.messages + messages <= maxMessages && this.ledger.bytes + bytes <= maxBytes;
  }

  /** Whatever waits when the disk is free goes out in one commit. */
  private flush(): void {
    this.flushing = true;
    void this.inTurn(() => this.commitGroup()).finally(() => {
      if (this.waiting.length > 0) this.flush();
      else this.flushing = false;
    });
  }

  private async commitGroup(): Promise<void> {
    const group = this.nextGroup();
    const messages = group.flatMap((unit) => unit.messages);
    try {
      const file = await this.opened();
      const nowMs = Date.now();
      const fresh = new Set(await file.insert(messages, nowMs));
      this.oldestAtMs ??= nowMs;
      this.failed = false;
      for (const { messages: own, resolve } of group) {
        // Of the same id twice in a group the first is the new one.
        const isNew = own.map(({ id }) => fresh.delete(id));
        this.ledger.remove(own.filter((_, i) => !isNew[i]));
        this.observer.stored?.(isNew.filter(Boolean).length);
        resolve(isNew);
      }
    } catch (error) {
      this.note('append', error);
      this.ledger.remove(messages);
      // A commit that failed may have been made all the same.
      await this.recount().catch(() => undefined);
      for (const { reject } of group) {
        this.observer.rejected?.('unwritable', error);
        reject(new SpoolUnwritable({ cause: error }));
      }
    }
  }

  private nextGroup(): Unit[] {
    const group: Unit[] = [];
    let [messages, bytes] = [0, 0];
    do {
      const unit = this.waiting.shift() as Unit;
      group.push(unit);
      messages += unit.messages.length;
      bytes += unit.messages.reduce((sum, message) => sum + bytesOf(message), 0);
    } while (this.waiting.length > 0 && messages < GROUP_MESSAGES && bytes < GROUP_BYTES);
    return group;
  }

  private async recount(): Promise<void> {
    if (!this.file) return;
    const [census, aside, oldest] = [await this.file.census(), await this.file.refused(), await this.file.oldestAtMs()];
    this.ledger.replace(census, aside.bytes);
    for (const { messages } of this.waiting) this.ledger.add(messages);
    this.oldestAtMs = oldest;
  }

  private async opened(): Promise<SpoolFile> {
    if (this.file) return this.file;
    if (performance.now() - this.openedAtMs < OPEN_AGAIN_MS) throw new SpoolUnwritable();
    this.openedAtMs = performance.now();
    try {
      this.file = await openSpool(this.folder, (path) => this.observer.movedAside?.(path));
      // What waits for this very opening has been taken out of the queue; its place is counted by who called.
      const pending = this.ledger.messages > 0;
      if (!pending) await this.recount();
      else await this.recountBeside();
      this.failed = false;
      return this.file;
    } catch (error) {
      this.note('open', error);
      throw error;
    }
  }
}
