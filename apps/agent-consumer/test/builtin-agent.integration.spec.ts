import {
  type AgentReply,
  type AuditRecord,
  type ConversationUpdate,
  type Envelope,
  Groups,
  Streams,
} from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { agentConsumer } from '../src/service.js';
import { GuestStream, PARTITIONS } from './guest-stream.js';

type Reply = Envelope<AgentReply>;

let redis: PrivateRedis;
let guests: GuestStream;
let service: RunningService;
let lines: string;

beforeEach(async () => {
  lines = '';
  redis = await startRedis();
  guests = new GuestStream(redis.url);
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    REDIS_URL: redis.url,
    PARTITIONS: String(PARTITIONS),
    LOG_LEVEL: 'trace',
  };
  service = await openService(agentConsumer, { ...env, BATCH_QUIET_MS: '300' }, { write: (line) => (lines += line) });
});

afterEach(async () => {
  await service?.stop();
  guests?.close();
  await redis?.stop();
});

it('three messages within the quiet time get one reply, with its lines for dashboards and audit', async () => {
  for (const id of ['m1', 'm2', 'm3']) await guests.say('v1', id);
  const [reply] = (await guests.awaitEntries<Reply>(Streams.outbound, 1)) as [Reply];
  expect(reply).toMatchObject({
    message_type: 'agent.reply',
    conversation_id: 'webchat:demo:v1',
    correlation_id: 'trace-m1',
    causation_id: 'webchat:demo:v1:m3',
    payload: { author: 'bot', inReplyTo: ['m1', 'm2', 'm3'], replyTo: { channel: 'webchat', to: 'v1' } },
  });
  // One script wrote all of it: with the reply the other lines are there, without another look.
  expect(await guests.entries<ConversationUpdate>('feed:demo')).toMatchObject([
    { kind: 'agent.reply', messageId: reply.message_id, text: reply.payload.text, inReplyTo: ['m1', 'm2', 'm3'] },
  ]);
  expect(await guests.entries<AuditRecord>(Streams.auditMessages)).toMatchObject(
    ['m1', 'm2', 'm3'].map((id) => ({ action: 'answered', messageId: `webchat:demo:v1:${id}`, agent: 'builtin' })),
  );
  expect(await guests.entries<AuditRecord>(Streams.auditDecisions)).toMatchObject([
    { action: 'replied', messageId: reply.message_id, agent: 'builtin' },
  ]);
  expect(await guests.unfinished(Streams.inbound, Groups.agent)).toBe(0);
});

it('guests who write at the same time get a reply each', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, i) => guests.say(`v${i}`, `m${i}`)));
  const replies = await guests.awaitEntries<Reply>(Streams.outbound, 12);
  expect(replies.map(({ payload }) => payload.inReplyTo).sort()).toEqual(
    Array.from({ length: 12 }, (_, i) => [`m${i}`]).sort(),
  );
});

it('a stored entry that cannot be read becomes a dead letter, and its neighbours are answered', async () => {
  await guests.say('v1', 'before');
  await guests.write('webchat:demo:v1', 'broken-1', 'canary{');
  await guests.write('webchat:demo:v1', 'broken-2', JSON.stringify({ message_type: 'canary' }));
  await guests.say('v1', 'after');
  await guests.say('v2', 'm1');
  const answered = async () =>
    (await guests.entries<Reply>(Streams.outbound)).flatMap(({ payload }) => payload.inReplyTo).sort();
  await waitFor(async () => (await answered()).length === 3, {
    describe: 'the neighbours are answered',
    timeoutMs: 15_000,
  });
  expect(await answered()).toEqual(['after', 'before', 'm1']);
  const letters = await guests.awaitEntries<{ id: string; data: string; group: string }>(
    `${Streams.inbound}:dead_letter`,
    2,
  );
  expect(letters).toMatchObject([
    { id: 'broken-1', data: 'canary{', group: Groups.agent },
    { id: 'broken-2', group: Groups.agent },
  ]);
  const records = await guests.entries<AuditRecord>(Streams.auditMessages);
  expect(records.filter(({ action }) => action === 'dead_lettered').map(({ messageId }) => messageId)).toEqual([
    'broken-1',
    'broken-2',
  ]);
  expect(await guests.unfinished(Streams.inbound, Groups.agent)).toBe(0);
});

it('a message for a property that is not configured becomes a dead letter', async () => {
  const message = await guests.say('v1', 'm1');
  await guests.awaitEntries(Streams.outbound, 1);
  await guests.write('webchat:gone:v1', 'm2', JSON.stringify({ ...message, message_id: 'm2', property_id: 'gone' }));
  expect(await guests.awaitEntries(`${Streams.inbound}:dead_letter`, 1)).toMatchObject([
    { id: 'm2', reason: 'unrecoverable' },
  ]);
  expect(await guests.entries<ConversationUpdate>('feed:gone')).toMatchObject([
    { kind: 'dead.letter', messageId: 'm2' },
  ]);
});

it('no log line holds what guests write or who they are', async () => {
  await guests.say('visitor-canary', 'message-canary', 'text-canary +4915112345678');
  await guests.write('webchat:demo:visitor-canary', 'broken-canary', '{"text-canary": +4915112345678');
  await guests.awaitEntries(Streams.outbound, 1);
  await guests.awaitEntries(`${Streams.inbound}:dead_letter`, 1);
  await service.stop();
  expect(lines).toContain('listening');
  for (const canary of ['text-canary', '4915112345678', 'visitor-canary']) expect(lines).not.toContain(canary);
});
