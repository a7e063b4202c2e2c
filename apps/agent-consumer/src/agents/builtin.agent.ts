import { type Envelope, type GuestMessage } from '@switchboard/message-schema';
import { type Agent, type AgentAnswer } from './agent.js';

interface Topic {
  readonly words: RegExp;
  readonly answer: string;
}

const topics: readonly Topic[] = [
  {
    words: /\b(wifi|wi-fi|wlan|internet)\b/i,
    answer: 'The Wi-Fi is called "Guest"; the password is on your key card.',
  },
  { words: /\b(breakfast|frühstück)\b/i, answer: 'Breakfast is served from 7 to 10:30 on the ground floor.' },
  { words: /\b(check[- ]?out|leave|departure)\b/i, answer: 'Check-out is until 11; tell us if you need longer.' },
  { words: /\b(towel|towels|pillow|blanket)\b/i, answer: 'We bring that to your room within a quarter of an hour.' },
  { words: /\b(hello|hi|hey|good (morning|evening)|hallo)\b/i, answer: 'Hello, and welcome!' },
];

/** Longest quotation of one message in an answer, in characters. */
const QUOTE_LENGTH = 80;

/** Answers by rules, without any account, so that a new installation can be tried: one answer to the whole batch. */
export class BuiltinAgent implements Agent {
  answer(batch: readonly Envelope<GuestMessage>[]): Promise<AgentAnswer> {
    const texts = batch.map(({ payload }) => payload.text || describeAttachments(payload));
    const known = topics.filter(({ words }) => texts.some((text) => words.test(text))).map(({ answer }) => answer);
    const quoted = texts.map((text) => `“${text.slice(0, QUOTE_LENGTH)}”`).join(', ');
    const count = texts.length === 1 ? 'your message' : `your ${texts.length} messages`;
    const text = [...known.reverse(), `Thank you for ${count}: ${quoted}.`].join(' ');
    return Promise.resolve({ text, agent: 'builtin' });
  }
}

function describeAttachments({ attachments }: GuestMessage): string {
  return attachments.map(({ kind }) => `[${kind}]`).join(' ') || '[no text]';
}
