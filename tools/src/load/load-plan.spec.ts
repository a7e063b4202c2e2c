import { Random } from '../chaos/random.js';
import { loadPlan } from './load-plan.js';

const plan = (seed: number) => loadPlan(1_000, 50, new Random(seed));

it('the plan has exactly the wanted messages and conversations, over both providers', () => {
  const texts = plan(1).flatMap((post) => post.texts);
  expect(texts).toHaveLength(1_000);
  expect(new Set(texts.map(({ id }) => id)).size).toBe(1_000);
  expect(new Set(texts.map(({ conversation }) => conversation)).size).toBe(50);
  expect(new Set(plan(1).map(({ channel }) => channel))).toEqual(new Set(['chatwoot', 'whatsapp']));
});

it('every guest counts the messages without a gap, and Chatwoot tells them one at a time', () => {
  const counted = new Map<string, number>();
  for (const { channel, texts } of plan(2)) {
    if (channel === 'chatwoot') expect(texts).toHaveLength(1);
    for (const { conversation, n } of texts) {
      expect(n).toBe((counted.get(conversation) ?? 0) + 1);
      counted.set(conversation, n);
    }
  }
});

it('the same seed gives the same plan, another one another', () => {
  expect(plan(3)).toEqual(plan(3));
  expect(plan(3)).not.toEqual(plan(4));
});
