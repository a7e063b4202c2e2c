import { Publisher } from '@switchboard/delivery';
import { RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { encodeNumbered, STREAM } from '../message.js';
import { planOf } from './actor-plan.js';
import { readRecord, Record } from './record.js';

/**
 * Publishes 1, 2, 3 … in each of its conversations, the next one only after the last was acknowledged, and keeps trying
 * the same message until it is. Records `try <conversation> <n>` before and `ack <conversation> <n> <ms>` after.
 */
const plan = planOf(process.argv);
const next = new Map(plan.conversations.map((conversation) => [conversation, 1]));
for (const line of readRecord(plan.record)) {
  const [what, conversation, n] = line.split(' ') as [string, string, string];
  if (what === 'ack') next.set(conversation, Number(n) + 1);
}

const record = new Record(plan.record);
const connections = new RedisConnections(plan.redis, plan.name);
const store = new RedisStreamStore(connections, { ...storeDefaults, ackReplicas: plan.ackReplicas });
const publisher = new Publisher(store);
let stopping = false;
process.on('SIGTERM', () => (stopping = true));

/** Time between two messages of one conversation, ms. */
const PAUSE_MS = 40;
const FAILURE_PAUSE_MS = 100;

async function talk(conversation: string): Promise<void> {
  while (!stopping) {
    const n = next.get(conversation) as number;
    record.add(`try ${conversation} ${n}`);
    await publishUntilAcknowledged(conversation, n);
    next.set(conversation, n + 1);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function publishUntilAcknowledged(conversation: string, n: number): Promise<void> {
  const data = encodeNumbered({ conversation, n });
  for (;;) {
    try {
      await publisher.publish({ stream: STREAM, key: conversation, id: `${conversation}:${n}`, data });
      record.add(`ack ${conversation} ${n} ${Date.now()}`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, FAILURE_PAUSE_MS));
    }
  }
}

process.stdout.write('ready\n');
await Promise.all(plan.conversations.map(talk));
record.close();
await connections.close();
process.exit(0);
