import Database from 'libsql/promise';
import { type SpooledMessage, type SpoolRow } from './spooled-message.js';

/** What there is of one conversation. */
export interface ConversationCount {
  readonly conversation: string;
  readonly messages: number;
  readonly bytes: number;
}

/** The part of a prepared statement that is used here; the driver's own types say nothing of it. */
interface Statement<R> {
  all(...parameters: readonly unknown[]): Promise<R[]>;
}

/** What a message takes on the disk beside its body, about. */
const OVERHEAD_BYTES = 256;
/** Another process may just be ending; it has this long to let go of the file, in seconds. */
const LOCK_WAIT_S = 5;

/*
 * The exclusive lock keeps a second process out and ends with the process, however that ends. FULL syncs the log at every
 * commit. Deleted messages are overwritten with zeros and their pages given back.
 * @see https://www.sqlite.org/pragma.html
 */
const pragmas = [
  'locking_mode = EXCLUSIVE',
  'auto_vacuum = FULL',
  'journal_mode = WAL',
  'synchronous = FULL',
  'secure_delete = ON',
  'trusted_schema = OFF',
];

const tables = `
  CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, body TEXT NOT NULL,
    bytes INTEGER NOT NULL, stored_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS refused (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL, bytes INTEGER NOT NULL,
    stored_at INTEGER NOT NULL, refused_at INTEGER NOT NULL, reason TEXT NOT NULL
  ) STRICT;
`;

const INSERT = `
  INSERT OR IGNORE INTO message (id, conversation, body, bytes, stored_at)
  SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?) ORDER BY key RETURNING id`;

/** A page ends where it would grow beyond the bytes asked for, but never before its first message. */
const PAGE = `
  SELECT seq, id, conversation, body, bytes FROM (
    SELECT *, SUM(bytes) OVER (ORDER BY seq) - bytes AS before
    FROM (SELECT * FROM message WHERE seq > ? ORDER BY seq LIMIT ?)
  ) WHERE before < ? ORDER BY seq`;

const REFUSE = `
  INSERT OR REPLACE INTO refused
  SELECT seq, id, conversation, body, bytes, stored_at, ?, ? FROM message WHERE seq = ? RETURNING seq`;

const CENSUS = 'SELECT conversation, COUNT(*) AS messages, SUM(bytes) AS bytes FROM message GROUP BY conversation';
const REFUSED = 'SELECT COUNT(*) AS messages, COALESCE(SUM(bytes), 0) AS bytes FROM refused';

/** How many bytes a message counts for. */
export function bytesOf({ id, conversation, body }: SpooledMessage): number {
  return Buffer.byteLength(body) + Buffer.byteLength(id) + Buffer.byteLength(conversation) + OVERHEAD_BYTES;
}

/**
 * The SQLite file. Its calls must follow one after the other. Writing, syncing included, happens on another thread, so
 * that a slow disk holds up nobody else in the process.
 */
export class SpoolFile {
  private constructor(
    private readonly db: Database,
    private readonly inserting: Statement<{ id: string }>,
    private readonly paging: Statement<SpoolRow>,
    private readonly refusing: Statement<{ seq: number }>,
  ) {}

  /** @throws SqliteError; SQLITE_BUSY when another process has the file, SQLITE_CORRUPT or SQLITE_NOTADB for a damaged one. */
  static async open(path: string): Promise<SpoolFile> {
    const db = new Database(path, { timeout: LOCK_WAIT_S });
    try {
      const ask = async <R>(sql: string): Promise<R[]> => ((await db.prepare(sql)) as Statement<R>).all();
      for (const pragma of pragmas) await ask(`PRAGMA ${pragma}`);
      const [verdict] = await ask<{ quick_check: string }>('PRAGMA quick_check(1)');
      if (verdict?.quick_check !== 'ok') throw Object.assign(new Error('quick_check'), { code: 'SQLITE_CORRUPT' });
      await db.exec(tables);
      return new SpoolFile(
        db,
        (await db.prepare(INSERT)) as Statement<{ id: string }>,
        (await db.prepare(PAGE)) as Statement<SpoolRow>,
        (await db.prepare(REFUSE)) as Statement<{ seq: number }>,
      );
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Stores all of the messages, or none when it throws; answers the ids that had not been there, in their order. */
  async insert(messages: readonly SpooledMessage[], nowMs: number): Promise<string[]> {
    const rows = messages.map((message) => [
      message.id,
      message.conversation,
      message.body,
      bytesOf(message),
      Math.trunc(nowMs),
    ]);
    const stored = await this.inOne(() => this.inserting.all([JSON.stringify(rows)]));
    return stored.map(({ id }) => id);
  }

  /** The next messages after a place, in order: at most `count`, about `maxBytes`. */
  async page(after: number, count: number, maxBytes: number): Promise<SpoolRow[]> {
    return this.paging.all([after, count, maxBytes]);
  }

  async remove(seqs: readonly number[]): Promise<void> {
    await this.db.exec(`DELETE FROM message WHERE seq IN (${seqs.map((seq) => Math.trunc(seq)).join()})`);
  }

  /** Puts a message aside, with the reason. */
  async refuse(seq: number, reason: string, nowMs: number): Promise<void> {
    await this.inOne(async () => {
      await this.refusing.all([Math.trunc(nowMs), reason, seq]);
      await this.db.exec(`DELETE FROM message WHERE seq = ${Math.trunc(seq)}`);
    });
  }

  /** What is waiting, by conversation. */
  census(): Promise<ConversationCount[]> {
    return this.ask(CENSUS);
  }

  /** What was put aside. */
  async refused(): Promise<Omit<ConversationCount, 'conversation'>> {
    const [count] = await this.ask<ConversationCount>(REFUSED);
    return count ?? { messages: 0, bytes: 0 };
  }

  /** When the first of the waiting messages was stored. */
  async oldestAtMs(): Promise<number | undefined> {
    const [first] = await this.ask<{ at: number }>('SELECT stored_at AS at FROM message ORDER BY seq LIMIT 1');
    return first?.at;
  }

  /** Leaves nothing of removed messages in the log, and makes the log small. */
  async tidy(): Promise<void> {
    await this.ask('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /**
   * Ends with one tidy file and without its lock. The driver closes a connection only when its statements are collected, so
   * the lock must be let go of before.
   */
  async close(): Promise<void> {
    try {
      await this.ask('PRAGMA journal_mode = DELETE');
      await this.ask('PRAGMA locking_mode = NORMAL');
      await this.ask('SELECT COUNT(*) FROM sqlite_schema');
    } finally {
      this.db.close();
    }
  }

  private async ask<R>(sql: string): Promise<R[]> {
    return ((await this.db.prepare(sql)) as Statement<R>).all();
  }

  private async inOne<R>(work: () => Promise<R>): Promise<R> {
    await this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = await work();
      await this.db.exec('COMMIT');
      return result;
    } catch (error) {
      // Some failures have ended the transaction already.
      await (this.db.exec('ROLLBACK') as Promise<void>).catch(() => undefined);
      throw error;
    }
  }
}
