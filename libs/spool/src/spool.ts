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
  private committing: Unit[] = [];
  private tail: Promise<unknown> = Promise.resolve();
  private flushing = false;
  private failed = false;
  private closed = false;
  private triedAtMs = -Infinity;
  private openError: Error | undefined;
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
    return this.using('read', (file) => file.page(after, count, GROUP_BYTES));
  }

  /** Forgets messages that are stored elsewhere. @throws SpoolUnwritable; they will be found again. */
  async remove(rows: readonly SpoolRow[]): Promise<void> {
    const seqs = rows.map(({ seq }) => seq);
    await this.using('remove', async (file) => {
      await file.remove(seqs).catch(async () => {
        // A full disk has no room for the log of a removal until the log begins anew.
        await file.tidy();
        await file.remove(seqs);
      });
      this.ledger.remove(rows);
      this.oldestAtMs = await file.oldestAtMs();
      if (this.isEmpty) await file.tidy().catch(() => undefined);
    });
  }

  /** Puts a message aside that its destination will never take. @throws SpoolUnwritable. */
  async refuse(row: SpoolRow, reason: string): Promise<void> {
    await this.using('refuse', async (file) => {
      await file.refuse(row.seq, reason, Date.now());
      this.ledger.putAside(row);
    });
  }

  /** Stores what still waits and lets go of the file, which stays. */
  async close(): Promise<void> {
    await this.inTurn(async () => {
      this.closed = true;
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
    this.committing = this.nextGroup();
    try {
      const file = await this.opened();
      const nowMs = Date.now();
      const fresh = new Set(
        await file.insert(
          this.committing.flatMap(({ messages }) => messages),
          nowMs,
        ),
      );
      this.failed = false;
      this.oldestAtMs ??= nowMs;
      for (const unit of this.committing) this.settle(unit, fresh);
    } catch (error) {
      this.note('append', error);
      await this.giveBack(this.committing, error);
    }
    this.committing = [];
  }

  /** Of an id that comes twice in a group the first is the new one. */
  private settle({ messages, resolve }: Unit, fresh: Set<string>): void {
    const isNew = messages.map(({ id }) => fresh.delete(id));
    this.ledger.remove(messages.filter((_, i) => !isNew[i]));
    this.observer.stored?.(isNew.filter(Boolean).length);
    resolve(isNew);
  }

  private async giveBack(units: readonly Unit[], error: unknown): Promise<void> {
    this.committing = [];
    for (const { messages } of units) this.ledger.remove(messages);
    // A commit that failed may have been made all the same.
    if (this.file) await this.recount(this.file).catch(() => undefined);
    for (const { reject } of units) {
      this.observer.rejected?.('unwritable');
      reject(new SpoolUnwritable({ cause: error }));
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

  /** What the file says, and what is on its way into it. */
  private async recount(file: SpoolFile): Promise<void> {
    const census = await file.census();
    const aside = await file.refused();
    this.oldestAtMs = await file.oldestAtMs();
    this.ledger.replace(census, aside.bytes);
    for (const { messages } of [...this.committing, ...this.waiting]) this.ledger.add(messages);
  }

  private async opened(): Promise<SpoolFile> {
    if (this.file) return this.file;
    if (this.closed) throw new SpoolUnwritable();
    if (performance.now() - this.triedAtMs < OPEN_AGAIN_MS) throw this.openError ?? new SpoolUnwritable();
    this.triedAtMs = performance.now();
    try {
      const file = await openSpool(this.folder, (path) => this.observer.movedAside?.(path));
      await this.recount(file);
      this.failed = false;
      this.file = file;
      return file;
    } catch (error) {
      this.openError = error as Error;
      this.note('open', error);
      throw error;
    }
  }

  private using<R>(operation: string, work: (file: SpoolFile) => Promise<R>): Promise<R> {
    return this.inTurn(async () => {
      try {
        return await work(await this.opened());
      } catch (error) {
        this.note(operation, error);
        throw new SpoolUnwritable({ cause: error });
      }
    });
  }

  private inTurn<R>(work: () => Promise<R>): Promise<R> {
    const turn = this.tail.then(work);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  private note(operation: string, error: unknown): void {
    this.failed = true;
    this.observer.failed?.(operation, error);
  }
}
