import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Published, Refused, Unavailable } from '@switchboard/delivery';
import {
  type Carried,
  type Destination,
  Spool,
  type SpoolLimits,
  SpoolingPublisher,
  type SpoolingOptions,
  spoolingDefaults,
  type SpoolObserver,
} from '../src/index.js';

/** A message of these tests. */
export interface Note {
  readonly id: string;
  readonly conversation: string;
}

export const note = (conversation: string, n: number | string): Note => ({ id: `${conversation}-${n}`, conversation });
export const roomy: SpoolLimits = { maxBytes: 64 << 20, maxMessages: 100_000 };

export const carried: Carried<Note> = {
  idOf: ({ id }) => id,
  conversationOf: ({ conversation }) => conversation,
  write: (message) => JSON.stringify(message),
  read: (body) => JSON.parse(body) as Note,
};

/** A destination in memory that deduplicates by id as the real one does, and fails as it is told to. */
export class Outbox implements Destination<Note> {
  readonly stored: string[] = [];
  away = false;
  /** Ids that it will never take. */
  readonly refuses = new Set<string>();
  /** Conversations that it does not take now. */
  readonly blocks = new Set<string>();
  /** Holds every call until it resolves. */
  gate: Promise<void> | undefined;
  /** It is away after so many calls. */
  awayAfter = Infinity;
  private calls = 0;

  async publish({ id, conversation }: Note): Promise<Published> {
    this.calls += 1;
    await (this.gate ?? new Promise((resolve) => setImmediate(resolve)));
    if (this.away || this.calls > this.awayAfter) throw new Unavailable('away', 1_000);
    if (this.blocks.has(conversation)) throw new Unavailable('blocked', 1_000);
    if (this.refuses.has(id)) throw new Refused('never', { cause: new Error('WRONGTYPE of canary') });
    const duplicate = this.stored.includes(id);
    if (!duplicate) this.stored.push(id);
    return { entryId: '1-1', duplicate };
  }

  concernsAll({ message }: Unavailable): boolean {
    return message !== 'blocked';
  }

  async probe(): Promise<void> {
    if (this.away) throw new Error('away');
  }

  of(conversation: string): string[] {
    return this.stored.filter((id) => id.startsWith(`${conversation}-`));
  }
}

/** A folder of its own, removed in the end. */
export async function folder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'spool-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A publisher with its spool, both open. */
export async function opened(
  path: string,
  outbox: Outbox,
  observer: SpoolObserver = {},
  options: Partial<SpoolingOptions> = {},
) {
  const spool = new Spool(path, roomy, observer);
  await spool.open();
  const publisher = new SpoolingPublisher(spool, carried, outbox, observer, {
    ...spoolingDefaults,
    maxPauseMs: 50,
    ...options,
  });
  return {
    spool,
    publisher,
    async close(): Promise<void> {
      await publisher.stop(0);
      await spool.close();
    },
  };
}
