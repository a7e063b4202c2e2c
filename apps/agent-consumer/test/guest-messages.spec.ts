import { Unrecoverable } from '@switchboard/delivery';
import { GuestMessage, Streams } from '@switchboard/message-schema';
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
