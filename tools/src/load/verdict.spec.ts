import { type GuestText } from './guest-post.js';
import { holds, judge, type LoadEvidence, type Reply, type Sending } from './verdict.js';

const text = (n: number, conversation = 'c'): GuestText => ({ id: `${conversation}${n}`, conversation, n });
const reply = (id: string, ...inReplyTo: string[]): Reply => ({ id, inReplyTo });
const sent = (replyId: string, answered = true): Sending => ({ replyId, answered });

/** Three messages of one guest, two replies, each sent once. */
const sound: LoadEvidence = {
  attempted: [text(1), text(2), text(3)],
  accepted: [text(1), text(2), text(3)],
  replies: [reply('r1', 'c1', 'c2'), reply('r2', 'c3')],
  sendings: [sent('r1'), sent('r2')],
  deadLetters: 0,
};

it('a run in which every message was answered once and in order holds', () => {
  const verdict = judge(sound);
  expect(verdict).toMatchObject({ attempted: 3, accepted: 3, answered: 3, lost: 0, outOfOrder: 0 });
  expect(holds(verdict)).toBe(true);
});

it.each<[string, Partial<LoadEvidence>, object]>([
  ['a message without a reply', { replies: [reply('r1', 'c1', 'c2')], sendings: [sent('r1')] }, { lost: 1 }],
  ['a reply that no provider took', { sendings: [sent('r1')] }, { answered: 2, lost: 1 }],
  ['a message that nobody accepted', { accepted: [text(1), text(2)] }, { accepted: 2, lost: 0 }],
  ['a message with two replies', { replies: [reply('r1', 'c1', 'c2'), reply('r2', 'c2', 'c3')] }, { answeredTwice: 1 }],
  ['replies in the wrong order', { sendings: [sent('r2'), sent('r1')] }, { outOfOrder: 2 }],
  [
    'messages in the wrong order in one reply',
    { replies: [reply('r1', 'c2', 'c1'), reply('r2', 'c3')] },
    { outOfOrder: 1 },
  ],
  ['an answer to what nobody wrote', { replies: [...sound.replies, reply('r3', 'c9')] }, { unexpected: 1 }],
  ['a sending of no reply', { sendings: [...sound.sendings, sent('r9')] }, { unexpected: 1 }],
  [
    'a reply sent again after an answer',
    { sendings: [sent('r1'), sent('r1'), sent('r2')] },
    { doubleSendsUnexplained: 1 },
  ],
  [
    'a reply sent a third time after an answer to the second',
    { sendings: [sent('r1', false), sent('r1'), sent('r1'), sent('r2')] },
    { doubleSendsExplained: 1, doubleSendsUnexplained: 1 },
  ],
  ['a dead letter', { deadLetters: 1 }, { deadLetters: 1 }],
  ['a load of nothing', { attempted: [], accepted: [], replies: [], sendings: [] }, { attempted: 0 }],
])('%s breaks it', (_fault, changed, counts) => {
  const verdict = judge({ ...sound, ...changed });
  expect(verdict).toMatchObject(counts);
  expect(holds(verdict)).toBe(false);
});

it('a reply sent again where the provider never answered is counted and holds', () => {
  const verdict = judge({ ...sound, sendings: [sent('r1', false), sent('r1'), sent('r2', false), sent('r2')] });
  expect(verdict).toMatchObject({ doubleSendsExplained: 2, doubleSendsUnexplained: 0 });
  expect(holds(verdict)).toBe(true);
});

it('conversations do not wait for one another', () => {
  const other = text(1, 'd');
  const verdict = judge({
    ...sound,
    attempted: [...sound.attempted, other],
    accepted: [...sound.accepted, other],
    replies: [...sound.replies, reply('r3', 'd1')],
    sendings: [sent('r1'), sent('r3'), sent('r2')],
  });
  expect(holds(verdict)).toBe(true);
});
