import { Unrecoverable } from '@switchboard/delivery';
import { AgentReply, GuestMessage } from '@switchboard/message-schema';
import { type RunningConsumer, startConsumer } from '@switchboard/redis-transport/testing';
import { type PrivateRedis, startRedis } from '@switchboard/testing';
import { type AgentAnswer } from '../src/agents/agent.js';
import { guestMessagesModule } from './guest-messages-module.js';
import { saidByGuest } from './said-by-guest.js';

let redis: PrivateRedis;
let consumer: RunningConsumer;
let answer: () => Promise<AgentAnswer>;

beforeAll(async () => {
  redis = await startRedis();
  consumer = await startConsumer(guestMessagesModule({ answer: () => answer() }), { redisUrl: redis.url });
});
afterAll(async () => {
  await consumer?.stop();
  await redis?.stop();
});

it('an answer that comes at the second attempt is written once', async () => {
  let attempts = 0;
  answer = () =>
    ++attempts === 1 ? Promise.reject(new Error('busy')) : Promise.resolve({ text: 'yes', agent: 'test' });
  const question = await consumer.publish(GuestMessage, saidByGuest('m1'));
  expect(await consumer.outcomeOf(question)).toEqual({ kind: 'done' });
  expect(await consumer.messages(AgentReply)).toMatchObject([{ causation_id: question.message_id }]);
});

it('a question no agent can answer is a dead letter with the agent’s own reason', async () => {
  answer = () => Promise.reject(new Unrecoverable('the agent answered 400'));
  const question = await consumer.publish(GuestMessage, { ...saidByGuest('m2'), conversation_id: 'another' });
  expect(await consumer.outcomeOf(question)).toMatchObject({
    kind: 'dead',
    reason: 'unrecoverable',
    error: { message: 'the agent answered 400' },
  });
});

it('the longest answer there may be is written whole, in as many replies as WhatsApp needs', async () => {
  const text = 'words and words '.repeat(9_375).trimEnd();
  answer = () => Promise.resolve({ text, agent: 'test' });
  const draft = { ...saidByGuest('m3', 'whatsapp'), conversation_id: 'a-third' };
  const question = await consumer.publish(GuestMessage, draft);
  expect(await consumer.outcomeOf(question)).toEqual({ kind: 'done' });
  const replies = await consumer.messages(AgentReply);
  const own = replies.filter(({ causation_id }) => causation_id === question.message_id);
  expect(own.length).toBeGreaterThan(36);
  expect(own.map(({ payload }) => payload.text).join(' ')).toBe(text);
});
