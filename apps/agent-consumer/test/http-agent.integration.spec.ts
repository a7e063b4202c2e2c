import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentReply, type ConversationUpdate, type Envelope, Groups, Streams } from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import { type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { agentConsumer } from '../src/service.js';
import { GuestStream, PARTITIONS } from './guest-stream.js';
import { answer, body, refuse, ScriptedAgent, silence } from './scripted-agent.js';

interface Letter {
  readonly id: string;
  readonly reason: string;
  readonly attempts: number;
  readonly error: { readonly message: string };
}

const TIMEOUT_MS = 400;
const LETTERS = `${Streams.inbound}:dead_letter`;

let folder: string;
let redis: PrivateRedis;
let guests: GuestStream;
let agent: ScriptedAgent;
let service: RunningService;
let lines = '';

beforeAll(async () => {
  redis = await startRedis();
  guests = new GuestStream(redis.url);
  agent = await ScriptedAgent.start();
  folder = await mkdtemp(join(tmpdir(), 'agent-consumer-'));
  const file = join(folder, 'properties.yaml');
  const how = `{ kind: http, url: "${agent.url}", timeoutMs: ${TIMEOUT_MS}, token: { env: AGENT_SECRET } }`;
  const sources = '[{ id: demo-webchat, kind: webchat }]';
  await writeFile(file, `properties:\n  - { id: demo, agent: ${how}, sources: ${sources} }\n`);
  const env = {
    PORT: '0',
    HOST: '127.0.0.1',
    REDIS_URL: redis.url,
    PARTITIONS: String(PARTITIONS),
    LOG_LEVEL: 'trace',
  };
  service = await openService(
    agentConsumer,
    { ...env, PROPERTIES_FILE: file, AGENT_SECRET: 'token-canary', BATCH_QUIET_MS: '0', MAX_ATTEMPTS: '3' },
    { write: (line) => (lines += line) },
  );
});

afterAll(async () => {
  await service?.stop();
  await agent?.close();
  guests?.close();
  await redis?.stop();
  await rm(folder, { recursive: true });
});

const asked = (id: string) =>
  agent.questions.filter(({ body: { messages } }) => messages.some((message) => message.text === id));

async function replyTo(id: string): Promise<Envelope<AgentReply>> {
  const find = async () =>
    (await guests.entries<Envelope<AgentReply>>(Streams.outbound)).find(({ payload }) =>
      payload.inReplyTo.includes(id),
    );
  return waitFor(find, { describe: `a reply to ${id}`, timeoutMs: 10_000 });
}

async function letterOf(id: string): Promise<Letter> {
  const find = async () =>
    (await guests.entries<Letter>(LETTERS)).find((letter) => letter.id === `webchat:demo:v-${id}:${id}`);
  return waitFor(find, { describe: `a dead letter of ${id}`, timeoutMs: 10_000 });
}

it('the agent is asked once, with its token, a key for repetitions, and the correlation id', async () => {
  agent.plan(answer('Welcome'));
  await guests.say('v-plain', 'plain');
  expect((await replyTo('plain')).payload.text).toBe('Welcome');
  const [question, ...others] = asked('plain');
  expect(others).toEqual([]);
  expect(question?.headers).toMatchObject({
    authorization: 'Bearer token-canary',
    'idempotency-key': 'webchat:demo:v-plain:plain',
    'x-correlation-id': 'trace-plain',
  });
});

it.each([
  ['answers too late', 'late', silence()],
  ['fails', 'failing', refuse(500)],
  ['is away and does not say how long', 'away', refuse(503)],
  ['answers no JSON', 'garbled', body('<html>')],
  ['answers without a text', 'empty', body('{"text": ""}')],
  ['sends elsewhere', 'elsewhere', refuse(302, { location: 'http://127.0.0.1:1/' })],
])('an agent that %s is asked again, with the same key', async (_name, id, script) => {
  agent.plan(script, answer('Welcome'));
  await guests.say(`v-${id}`, id);
  expect((await replyTo(id)).payload.text).toBe('Welcome');
  expect(asked(id).map(({ headers }) => headers['idempotency-key'])).toEqual(
    Array(2).fill(`webchat:demo:v-${id}:${id}`),
  );
});

it.each([
  [429, '1'],
  [503, '1'],
])('an agent that answers %i with Retry-After is left alone that long, at no cost', async (status, wait) => {
  const id = `busy${status}`;
  agent.plan(...Array.from({ length: 3 }, () => refuse(status, { 'retry-after': wait })), answer('Welcome'));
  await guests.say(`v-${id}`, id);
  await replyTo(id);
  const times = asked(id).map(({ atMs }) => atMs);
  expect(times).toHaveLength(4);
  for (let i = 1; i < times.length; i += 1)
    expect((times[i] as number) - (times[i - 1] as number)).toBeGreaterThan(990);
});

it.each([
  ['refuses the question', 'refused', refuse(400)],
  ['answers too much', 'flood', body(JSON.stringify({ text: 'Welcome', more: 'x'.repeat(1 << 20) }))],
  ['answers more than a message holds', 'long', answer('x'.repeat(150_001))],
])('an agent that %s is asked once, and the message becomes a dead letter', async (_name, id, script) => {
  agent.plan(script);
  await guests.say(`v-${id}`, id);
  expect(await letterOf(id)).toMatchObject({ reason: 'unrecoverable' });
  expect(asked(id)).toHaveLength(1);
});

it('an agent that never answers properly ends in a dead letter, told on the dashboards, and the conversation goes on', async () => {
  agent.plan(...Array.from({ length: 3 }, () => refuse(500)));
  await guests.say('v-poison', 'poison');
  expect(await letterOf('poison')).toMatchObject({
    reason: 'attempts exhausted',
    error: { message: 'the agent answered 500' },
  });
  expect(asked('poison')).toHaveLength(3);
  const feed = await guests.entries<ConversationUpdate>('feed:demo');
  expect(feed.filter(({ messageId }) => messageId === 'webchat:demo:v-poison:poison')).toMatchObject([
    { kind: 'dead.letter', channel: 'webchat', reason: 'attempts exhausted' },
  ]);
  await guests.say('v-poison', 'next');
  await replyTo('next');
  expect(await guests.unfinished(Streams.inbound, Groups.agent)).toBe(0);
});

it('neither the token nor a question or an answer is in a log line', async () => {
  agent.plan(answer('answer-canary'));
  await guests.say('v-canary', 'quiet', 'question-canary');
  await replyTo('quiet');
  expect(lines).toContain('listening');
  for (const canary of ['token-canary', 'answer-canary', 'question-canary']) expect(lines).not.toContain(canary);
});
