import { compareEntryIds, type StoredEntry, type TurnCommit } from '@switchboard/delivery';

/** What a script is to pass, and what is known when it has. */
export interface Passing {
  /** As the scripts' `pass` takes it. */
  readonly args: readonly (string | number)[];
  /** What ends comes first behind the mark: none of it is pending, unless a call before this one has lost its reply. */
  readonly inOrder: boolean;
  /** The script has answered that it was done. */
  done(): void;
}

/** Beyond this many entries in work the older half is passed even if they are not ended. */
const MOST_IN_WORK = 2_048;
/** So many entries that were passed are dropped from memory together. */
const DROPPED_TOGETHER = 4_096;

/**
 * The entries that were handed out under one lease and that the group's mark has not passed, in the order of the stream.
 * @see ../scripts/passing.lua.ts
 */
export class Outstanding {
  private ids: string[] = [];
  private head = 0;
  private busy: Promise<unknown> | undefined;

  /** @param mark the group's last delivered entry when the lease was taken */
  constructor(private mark: string) {}

  /** These new entries were handed out, in order; those of a repeated read are known. */
  gave(entries: readonly StoredEntry[]): void {
    const newest = this.ids[this.ids.length - 1] ?? this.mark;
    const known = entries.length > 0 && compareEntryIds((entries[0] as StoredEntry).entryId, newest) <= 0;
    for (const { entryId } of entries) if (!known || compareEntryIds(entryId, newest) > 0) this.ids.push(entryId);
  }

  /** The entries of these turns end: the mark passes the last of them. */
  ending(turns: readonly Pick<TurnCommit, 'entryIds'>[]): Passing {
    let at = this.head;
    for (const { entryIds } of turns) {
      for (const entryId of entryIds) {
        if (this.ids[at++] !== entryId) return this.scattered(turns.flatMap((turn) => turn.entryIds));
      }
    }
    return this.passing(at - this.head, [], true);
  }

  /** The mark passes this entry. */
  through(entryId: string): Passing {
    let count = 0;
    for (const id of this.given()) {
      if (compareEntryIds(id, entryId) > 0) break;
      count++;
    }
    return this.passing(count, this.given().slice(0, count));
  }

  /** The mark passes everything. */
  all(): Passing {
    const given = this.given();
    return this.passing(given.length, given);
  }

  /** True when there are so many that `older` must be passed. */
  get overflows(): boolean {
    return this.ids.length - this.head > MOST_IN_WORK;
  }

  /** The mark passes the older half of very many. */
  older(): Passing {
    const older = this.overflows ? this.given().slice(0, MOST_IN_WORK / 2) : [];
    return this.passing(older.length, older);
  }

  /** The mark stays where it is. */
  nothing(): Passing {
    return { args: [this.mark, '', 0, 0], inOrder: false, done: () => undefined };
  }

  /** Calls that pass something follow each other: each begins with what is known after the one before. */
  async oneByOne<T>(act: () => Promise<T>): Promise<T> {
    while (this.busy) await this.busy;
    const acting = act();
    this.busy = acting.then(
      () => (this.busy = undefined),
      () => (this.busy = undefined),
    );
    return acting;
  }

  private given(): string[] {
    return this.ids.slice(this.head);
  }

  private scattered(entryIds: readonly string[]): Passing {
    const ended = new Set(entryIds.filter((entryId) => compareEntryIds(entryId, this.mark) > 0));
    let last = this.head;
    for (let left = ended.size; left > 0 && last < this.ids.length; last++) {
      if (ended.has(this.ids[last] as string)) left--;
    }
    const between = this.ids.slice(this.head, last);
    return this.passing(
      between.length,
      between.filter((entryId) => !ended.has(entryId)),
    );
  }

  /** @param open those among the first `count` that are not ended */
  private passing(count: number, open: readonly string[], inOrder = false): Passing {
    const last = this.ids[this.head + count - 1];
    if (count === 0 || last === undefined) return this.nothing();
    return { args: [this.mark, last, count, open.length, ...open], inOrder, done: () => this.passed(last, count) };
  }

  private passed(last: string, count: number): void {
    this.mark = last;
    this.head += count;
    if (this.head < DROPPED_TOGETHER) return;
    this.ids = this.given();
    this.head = 0;
  }
}
