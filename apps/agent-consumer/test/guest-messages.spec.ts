import { Unrecoverable } from '@switchboard/delivery';
import { type AgentReply, type Envelope, GuestMessage, Streams } from '@switchboard/message-schema';
import { fakeTurn, openHandlers, type OpenHandlers } from '@switchboard/redis-transport/testing';
import { guestMessagesModule } from './guest-messages-module.js';
import { saidByGuest } from './said-by-guest.js';

let handlers: OpenHandlers;

afterEach(() => handlers?.close());

it('a batch gets one answer, which names all its messages', async () => {
  handlers = await openHandlers(guestMessagesModule({ answer: () => Promise.resolve({ text: 'yes', agent: 'test' }) }));
  const turn = fakeTurn(GuestMessage, [saidByGuest('m1'), saidByGuest('m2')]);
  expect(await handlers.run(turn)).toEqual({ kind: 'done' });
  expect(turn.emitted).toMatchObject([{ payload: { text: 'yes', inReplyTo: ['m1', 'm2'] } }]);
  expect(turn.lines(Streams.auditDecisions)).toMatchObject([{ action: 'replied', agent: 'test' }]);
});

it('an agent that fails is asked again later, and nothing is said', async () => {
  handlers = await openHandlers(guestMessagesModule({ answer: () => Promise.reject(new Error('busy')) }));
  const turn = fakeTurn(GuestMessage, [saidByGuest('m1')]);
  expect(await handlers.run(turn)).toMatchObject({ kind: 'retry', costsAttempt: true, error: { message: 'busy' } });
  expect(turn.effects).toEqual([]);
});

it('a message that cannot be read never reaches the agent', async () => {
  handlers = await openHandlers(guestMessagesModule({ answer: () => Promise.reject(new Unrecoverable('asked')) }));
  const turn = fakeTurn(GuestMessage, ['{"message_type": "guest.message"}']);
  expect(await handlers.run(turn)).toMatchObject({ kind: 'dead', error: { code: 'INVALID_MESSAGE' } });
});

it('an answer longer than WhatsApp takes becomes several replies in order, each with an id and lines of its own', async () => {
  const sentences = Array.from({ length: 300 }, (_, i) => `This is sentence number ${i}.`);
  const text = sentences.join(' ');
  handlers = await openHandlers(guestMessagesModule({ answer: () => Promise.resolve({ text, agent: 'test' }) }));
  const turn = fakeTurn(GuestMessage, [saidByGuest('m1', 'whatsapp'), saidByGuest('m2', 'whatsapp')]);
  expect(await handlers.run(turn)).toEqual({ kind: 'done' });
  const replies = turn.emitted as Envelope<AgentReply>[];
  expect(replies.map(({ payload }) => payload.text).join(' ')).toBe(text);
  expect(replies.map(({ payload }) => payload.text.length <= 4_096 && payload.text.endsWith('.'))).toEqual([
    true,
    true,
    true,
  ]);
  expect(replies.map(({ payload }) => payload.inReplyTo)).toEqual([['m1', 'm2'], [], []]);
  const ids = replies.map(({ message_id }) => message_id);
  expect(new Set(ids).size).toBe(3);
  expect(turn.lines('feed:demo')).toMatchObject(ids.map((messageId) => ({ kind: 'agent.reply', messageId })));
  expect(turn.lines(Streams.auditDecisions)).toMatchObject(ids.map((messageId) => ({ action: 'replied', messageId })));
  expect(turn.lines(Streams.auditMessages)).toMatchObject([{ action: 'answered' }, { action: 'answered' }]);
});

it('an answer longer than any message may be is a dead letter, also where it could be split', async () => {
  const answer = { text: 'word '.repeat(30_001), agent: 'test' };
  handlers = await openHandlers(guestMessagesModule({ answer: () => Promise.resolve(answer) }));
  const turn = fakeTurn(GuestMessage, [saidByGuest('m1', 'whatsapp')]);
  expect(await handlers.run(turn)).toMatchObject({ kind: 'dead' });
});
