import { expect, it } from '@jest/globals';
import { type AgentMessage } from '@switchboard/message-schema';
import { type BroadcastDraft } from '../../message-bus.js';
import { type BusScene, next, wordOf } from '../bus-scene.js';

/** Broadcasts. */
export function broadcastPromises(scene: () => BusScene): void {
  const news = (word: string, more: Partial<BroadcastDraft> = {}): BroadcastDraft => ({
    message_type: 'news',
    from_agent: 'agent:herald',
    payload: { word },
    ...more,
  });

  it('tells every listener whose pattern fits the topic, and nobody else', async () => {
    const bus = await scene().bus();
    const other = await scene().bus();
    const heard = [bus.subscribe(scene().topic('*')), other.subscribe([scene().topic('arrival')])];
    const deaf = bus.subscribe(scene().topic('departure'));
    await Promise.all([...heard, deaf].map(({ ready }) => ready));
    const message = await bus.publish(scene().topic('arrival'), news('welcome'));
    for (const listener of heard) expect(await next(listener)).toEqual(message);
    await bus.publish(scene().topic('departure'), news('farewell'));
    expect(wordOf(await next(deaf))).toBe('farewell');
  });

  it('numbers the broadcasts of a sender on a topic, and misses none', async () => {
    const bus = await scene().bus();
    const listener = bus.subscribe(scene().topic('*'));
    await listener.ready;
    const numbers: (number | undefined)[] = [];
    for (let n = 0; n < 30; n++) await bus.publish(scene().topic('tick'), news('tick'));
    for (let n = 0; n < 30; n++) numbers.push((await next(listener)).sequence);
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(scene().gaps).toEqual([]);
  });

  it('reports broadcasts that a slow listener lost', async () => {
    const bus = await scene().bus();
    const listener = bus.subscribe(scene().topic('*'));
    await listener.ready;
    await bus.publish(scene().topic('flood'), news('first'));
    await next(listener);
    for (let n = 0; n < 40; n++) {
      await Promise.all(Array.from({ length: 100 }, () => bus.publish(scene().topic('flood'), news('wave'))));
    }
    await bus.publish(scene().topic('flood'), news('last'));
    let word = '';
    while (word !== 'last') word = wordOf(await next(listener));
    expect(scene().gaps).toMatchObject([{ channel: scene().topic('flood'), sender: 'agent:herald', from: 2 }]);
  });

  it('leaves out broadcasts that have expired', async () => {
    const bus = await scene().bus();
    const listener = bus.subscribe(scene().topic('*'));
    await listener.ready;
    await bus.publish(scene().topic('x'), news('stale', { expires_at: new Date(Date.now() - 1).toISOString() }));
    await bus.publish(scene().topic('x'), news('fresh'));
    expect(wordOf(await next(listener))).toBe('fresh');
  });

  it('ends a subscription at the signal, at return() and when the bus closes', async () => {
    const process = await scene().process();
    const stop = new AbortController();
    const listeners = [
      process.bus.subscribe(scene().topic('a'), { signal: stop.signal }),
      process.bus.subscribe(scene().topic('b')),
      process.bus.subscribe(scene().topic('c')),
    ] as const;
    await Promise.all(listeners.map(({ ready }) => ready));
    const ends: Promise<IteratorResult<AgentMessage>>[] = listeners.map((listener) => listener.next());
    stop.abort();
    expect(await ends[0]).toMatchObject({ done: true });
    await listeners[1].return?.();
    expect(await ends[1]).toMatchObject({ done: true });
    await process.bus.close();
    expect(await ends[2]).toMatchObject({ done: true });
  });
}
