import { Redis } from 'ioredis';
import { messageIdOf } from './webhooks.js';

const PAGE = 2_000;

/** How the messages in the streams compare with those that were accepted. */
export interface StoredAccount {
  /** Accepted, and in no stream. */
  readonly lost: number;
  /** Entries beyond the first of a message. */
  readonly twice: number;
  readonly entries: number;
}

/**
 * Compares what a server accepted with what is in its streams.
 *
 * @param pattern of the streams' keys; the field `i` of their entries is the message id
 * @param accepted numbers of the accepted webhooks
 */
export async function accountOfStored(
  redisPort: number,
  pattern: string,
  accepted: readonly number[],
): Promise<StoredAccount> {
  const client = new Redis(redisPort, '127.0.0.1');
  try {
    const ids: string[] = [];
    for (const key of await client.keys(pattern)) ids.push(...(await idsOf(client, key)));
    const distinct = new Set(ids);
    const lost = accepted.filter((n) => !distinct.has(messageIdOf(n))).length;
    return { lost, twice: ids.length - distinct.size, entries: ids.length };
  } finally {
    client.disconnect();
  }
}

async function idsOf(client: Redis, key: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = '-'; ;) {
    const page = await client.xrange(key, after, '+', 'COUNT', PAGE);
    for (const [, fields] of page) ids.push(fields[fields.indexOf('i') + 1] as string);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return ids;
    after = `(${last[0]}`;
  }
}
