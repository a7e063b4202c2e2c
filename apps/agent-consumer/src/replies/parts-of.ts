import { MAX_WHATSAPP_TEXT_LENGTH } from '@switchboard/channels';
import { Unrecoverable } from '@switchboard/delivery';
import { type ChannelKind, MAX_TEXT_LENGTH } from '@switchboard/message-schema';
import { splitText } from './split-text.js';

/** Longest text of one message, in characters, where a channel takes less than a message of ours holds. */
const longestText: Readonly<Partial<Record<ChannelKind, number>>> = { whatsapp: MAX_WHATSAPP_TEXT_LENGTH };

/**
 * The texts of the messages that carry an answer over a channel, in order; one where the channel takes it whole.
 *
 * @throws Unrecoverable when the answer is longer than any message may be: an agent that runs away floods no guest.
 */
export function partsOf(answer: string, channel: ChannelKind): readonly string[] {
  if (answer.length > MAX_TEXT_LENGTH) {
    throw new Unrecoverable(`the agent's answer is longer than ${MAX_TEXT_LENGTH} characters`);
  }
  return splitText(answer, longestText[channel] ?? MAX_TEXT_LENGTH);
}
