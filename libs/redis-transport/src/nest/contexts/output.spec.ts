import { AgentReply, type Envelope } from '@switchboard/message-schema';
import { testMessage } from '../../testing/fake-turn.js';
import { outputOf } from './output.js';

const payload: AgentReply = {
  text: 'ok',
  author: 'bot',
  replyTo: { channel: 'webchat', source: 'demo-webchat', to: 'v1' },
  inReplyTo: [],
};

function idOf(input: string, by: string, number = 1): string {
  const message: Envelope = testMessage(AgentReply, { message_id: input, payload });
  const draft = { from_agent: 'agent:a', to_agent: 'guest:v1', payload };
  return outputOf({ first: message, last: message, by }, number, AgentReply, draft).message_id;
}

it('the id of an output follows from its input, the group and its number', () => {
  expect(idOf('m1', 'g', 2)).toBe('m1/g/agent.reply/2');
});

it('the id of an output stays within its bounds however long its input’s is, and is as distinct and as repeatable', () => {
  const long = 'm'.repeat(512);
  expect(idOf(long, 'g').length).toBeLessThanOrEqual(512);
  expect(idOf(long, 'g')).toBe(idOf(long, 'g'));
  expect(new Set([idOf(long, 'g'), idOf(long, 'h'), idOf(long.slice(1) + 'n', 'g'), idOf(long, 'g', 2)]).size).toBe(4);
});
