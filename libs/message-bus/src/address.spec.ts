import { InvalidMessageError } from '@switchboard/message-schema';
import { isMailbox, mailboxOf, requestAddress } from './address.js';
import { UnknownAddress } from './errors.js';

describe('an address', () => {
  it.each([
    ['concierge', 'agent:concierge:inbox'],
    ['agent:concierge', 'agent:concierge:inbox'],
    ['role:management', 'task_queue.management'],
  ])('%s leads to %s', (address, mailbox) => {
    expect(mailboxOf(address)).toBe(mailbox);
    expect(isMailbox(mailbox)).toBe(true);
  });

  it.each(['guest:v1', 'service:ingress', ':x'])('%s leads nowhere', (address) => {
    expect(() => mailboxOf(address)).toThrow(UnknownAddress);
  });

  it.each(['agent:a:b', 'role:', 'a b', 'agent:*', ''])('"%s" cannot be part of a channel name', (address) => {
    expect(() => mailboxOf(address)).toThrow(InvalidMessageError);
  });

  it('of requests is beside the inbox and no mailbox', () => {
    expect(requestAddress('concierge')).toBe('agent:concierge:requests');
    expect(requestAddress('agent:concierge')).toBe('agent:concierge:requests');
    expect(isMailbox('agent:concierge:requests')).toBe(false);
  });
});
