import { Outbox, type Outgoing, type PostResult } from './outbox.js';

/** An outbox whose server answers as planned, and then accepts. */
function outboxWith(plan: PostResult[], left: Outgoing[] = []) {
  const posted: Outgoing[] = [];
  const events: string[] = [];
  const waits: number[] = [];
  let saved: readonly Outgoing[] = left;
  const outbox = new Outbox(
    async (message) => {
      posted.push(message);
      return plan.shift() ?? { kind: 'accepted' };
    },
    { load: () => saved, save: (waiting) => (saved = [...waiting]) },
    {
      onAccepted: ({ text }) => events.push(`accepted ${text}`),
      onRefused: ({ text }, detail) => events.push(`refused ${text}: ${detail}`),
      onDelayed: ({ text }) => events.push(`delayed ${text}`),
    },
    async (ms) => void waits.push(ms),
  );
  return { outbox, posted, events, waits, saved: () => saved };
}

describe('the outbox', () => {
  it('sends in order, and a failed message again under the same id before any later one', async () => {
    const { outbox, posted, events } = outboxWith([{ kind: 'accepted' }, { kind: 'later' }, { kind: 'later' }]);
    for (const text of ['a', 'b', 'c']) outbox.add(text);
    while (events.length < 5) await Promise.resolve();
    expect(posted.map(({ text }) => text)).toEqual(['a', 'b', 'b', 'b', 'c']);
    expect(new Set(posted.map(({ messageId }) => messageId)).size).toBe(3);
    expect(events).toEqual(['accepted a', 'delayed b', 'delayed b', 'accepted b', 'accepted c']);
  });

  it('waits as long as the server asks', async () => {
    const { outbox, waits, events } = outboxWith([{ kind: 'later', afterMs: 7_000 }]);
    outbox.add('a');
    while (events.length < 2) await Promise.resolve();
    expect(waits).toEqual([7_000]);
  });

  it('gives up what was refused and goes on', async () => {
    const { outbox, events } = outboxWith([{ kind: 'refused', detail: 'too long' }]);
    outbox.add('a');
    outbox.add('b');
    while (events.length < 2) await Promise.resolve();
    expect(events).toEqual(['refused a: too long', 'accepted b']);
  });

  it('keeps what was not taken over a reload, and sends it then', async () => {
    const left = { messageId: 'm1', text: 'old', timestamp: '2026-01-02T10:00:00Z' };
    const { outbox, posted, saved } = outboxWith([], [left]);
    expect(outbox.left).toEqual([left]);
    await outbox.send();
    expect(posted).toEqual([left]);
    expect(saved()).toEqual([]);
  });
});
