import { type AgentReply, type Envelope, Groups, Streams } from '@switchboard/message-schema';
import { Keys } from '@switchboard/redis-transport';
import { askRedis, type RedisAddress, unfinishedEntries } from '@switchboard/testing';
import { type LoadWorld } from './load-world.js';
import { type Reply, type Sending } from './verdict.js';

const PARTITIONS = 16;
const ANSWER_MS = 10_000;
const keys = new Keys('sb:');

/** What must have nothing left when all is done. */
const work = [
  [Streams.inbound, Groups.agent],
  [Streams.outbound, Groups.outbound],
  [Streams.deliveries, Groups.deliveries],
] as const;

/** The agents' replies as they stand in the outbound stream. */
export async function repliesIn(redis: RedisAddress): Promise<Reply[]> {
  const pages = await Promise.all(
    partitionsOf(Streams.outbound).map((key) => askRedis(redis, ['XRANGE', key, '-', '+'], ANSWER_MS)),
  );
  return (pages as [string, string[]][][]).flat().map(([, fields]) => {
    const { message_id, payload } = JSON.parse(fields[fields.indexOf('d') + 1] as string) as Envelope<AgentReply>;
    return { id: message_id, inReplyTo: payload.inReplyTo };
  });
}

/** Every message the providers took, each provider's in its order. */
export function sendingsOf({ chatwoot, whatsapp }: Pick<LoadWorld, 'chatwoot' | 'whatsapp'>): Sending[] {
  return [
    ...chatwoot.received.map((sent) => ({ replyId: sent.echoId ?? '', answered: chatwoot.hasAnswered(sent) })),
    ...whatsapp.received.map((sent) => ({ replyId: sent.callbackData ?? '', answered: whatsapp.hasAnswered(sent) })),
  ];
}

/** Messages that some service has not finished with: not read or not acknowledged. */
export async function openWork(redis: RedisAddress): Promise<number> {
  const counts = await Promise.all(
    work.flatMap(([stream, group]) =>
      partitionsOf(stream).map((key) => unfinishedEntries(redis, key, group, ANSWER_MS)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Dead letters as the reprocessor lists them. */
export async function deadLettersAt(reprocessor: string): Promise<number> {
  const listed = (await (await fetch(`${reprocessor}/dead-letters`)).json()) as { items: unknown[] };
  return listed.items.length;
}

function partitionsOf(stream: string): string[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => keys.stream(stream, partition));
}
