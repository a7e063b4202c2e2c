import { expect, it } from '@jest/globals';
import { type AgentMessage } from '@switchboard/message-schema';
import { BusClosed, ListenerExists } from '../../errors.js';
import { type BroadcastDraft } from '../../message-bus.js';
import { type BusScene, wordOf } from '../bus-scene.js';
import { until } from '../until.js';

/** The event bus. */
export function eventPromises(scene: () => BusScene): void {
  const event = (word: string, more: Partial<BroadcastDraft> = {}): BroadcastDraft => ({
    message_type: 'booking',
    from_agent: 'agent:desk',
    conversation_id: 'c1',
    payload: { word },
    ...more,
  });
  const words = (events: readonly AgentMessage[]) => events.map(wordOf);

  it('gives every group every event, in the order of its conversation', async () => {
    const [first, second] = [await scene().events(), await scene().events()];
    const stream = scene().topic('made');
    const heard: Record<string, AgentMessage[]> = { a: [], b: [] };
    await first.on(stream, 'a', (message) => void heard.a?.push(message));
    await second.on(stream, 'b', (message) => void heard.b?.push(message));
    const said = Array.from({ length: 30 }, (_, n) => `e${n}`);
    for (const word of said) await first.publish(stream, event(word));
    await until('both groups have all', () => heard.a?.length === 30 && heard.b?.length === 30);
    expect(words(heard.a ?? [])).toEqual(said);
    expect(words(heard.b ?? [])).toEqual(said);
  });

  it('keeps events for a group that comes later, and stores each id once', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const draft = event('early', { message_id: scene().name('m') });
    for (let n = 0; n < 3; n++) await events.publish(stream, draft);
    await events.publish(stream, event('end'));
    const heard: AgentMessage[] = [];
    await events.on(stream, 'late', (message) => void heard.push(message));
    await until('the last has come', () => words(heard).includes('end'));
    expect(words(heard)).toEqual(['early', 'end']);
  });

  it('tries a failing event again, then lays it with the dead letters, with error and time, and goes on', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const attempts: number[] = [];
    const heard: AgentMessage[] = [];
    await events.on(stream, 'g', (message, { attempt }) => {
      if (wordOf(message) !== 'bad') return void heard.push(message);
      attempts.push(attempt);
      throw new Error('no such room');
    });
    for (const word of ['bad', 'good']) await events.publish(stream, event(word));
    await until('the next event came', () => heard.length === 1);
    expect(attempts).toEqual([1, 2, 3]);
    const [letter] = await events.deadLetters(stream);
    expect(letter).toMatchObject({ group: 'g', error: 'no such room', attempts: 3 });
    expect(Date.parse(letter?.failedAt ?? '')).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('replays events from a moment for one group, and for no other', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const heard: Record<string, string[]> = { a: [], b: [] };
    for (const group of ['a', 'b'])
      await events.on(stream, group, (message) => void heard[group]?.push(wordOf(message)));
    await events.publish(stream, event('old'));
    await until('it came to both', () => heard.a?.length === 1 && heard.b?.length === 1);
    const startedAt = Date.now();
    await until('the clock has moved on', () => Date.now() > startedAt + 1);
    const moment = new Date();
    await events.publish(stream, event('new'));
    await until('both came to both', () => heard.a?.length === 2 && heard.b?.length === 2);
    await events.replay(stream, 'a', moment);
    await until('the new one came again', () => heard.a?.length === 3);
    await events.publish(stream, event('end'));
    await until('the end came to both', () => heard.a?.includes('end') === true && heard.b?.includes('end') === true);
    expect(heard).toEqual({ a: ['old', 'new', 'new', 'end'], b: ['old', 'new', 'end'] });
  });

  it('replays events behind an entry', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const heard: string[] = [];
    const entries: string[] = [];
    await events.on(stream, 'g', (message, { entryId }) => {
      heard.push(wordOf(message));
      entries.push(entryId);
    });
    for (const word of ['one', 'two', 'three']) await events.publish(stream, event(word));
    await until('all came', () => heard.length === 3);
    await events.replay(stream, 'g', entries[0] as string);
    await until('two came again', () => heard.length === 5);
    expect(heard).toEqual(['one', 'two', 'three', 'two', 'three']);
  });

  it('hands dead letters out again once the fault is mended', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    let broken = true;
    const heard: string[] = [];
    await events.on(stream, 'g', (message) => {
      if (broken) throw new Error('broken');
      heard.push(wordOf(message));
    });
    for (const word of ['one', 'two']) await events.publish(stream, event(word));
    await until('both are dead', async () => (await events.deadLetters(stream)).length === 2);
    broken = false;
    expect(await events.replayDeadLetters(stream)).toBe(2);
    await until('both came again', () => heard.length === 2);
    expect(heard).toEqual(['one', 'two']);
    expect(await events.deadLetters(stream)).toEqual([]);
  });

  it('makes a dead letter of an expired event, and drops one that is discarded', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const heard: string[] = [];
    await events.on(stream, 'g', (message) => void heard.push(wordOf(message)));
    await events.publish(stream, event('stale', { expires_at: new Date(Date.now() - 1).toISOString() }));
    await events.publish(stream, event('fresh'));
    await until('the fresh one came', () => heard.length === 1);
    const [letter] = await events.deadLetters(stream);
    expect(letter).toMatchObject({ error: 'expired' });
    expect(await events.discardDeadLetter(letter?.id as string)).toBe(true);
    expect(await events.deadLetters(stream)).toEqual([]);
  });

  it('leaves events that were not handled to the group when a member stops', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const heard: string[] = [];
    const first = await events.on(stream, 'g', (message) => void heard.push(wordOf(message)));
    await events.publish(stream, event('one'));
    await until('the first came', () => heard.length === 1);
    await first.stop();
    await events.publish(stream, event('two'));
    await events.on(stream, 'g', (message) => void heard.push(wordOf(message)));
    await until('the second came', () => heard.length === 2);
    expect(heard).toEqual(['one', 'two']);
  });

  it('refuses a stream that is none of events', async () => {
    const events = await scene().events();
    await expect(events.publish('msi:messages', event('x'))).rejects.toThrow(/events:\{category\}/);
  });

  it('is one member of a group in a process: a second listener is refused while there is a first', async () => {
    const events = await scene().events();
    const stream = scene().topic('made');
    const heard: string[] = [];
    const listen = () => events.on(stream, 'g', (message) => void heard.push(wordOf(message)));
    const first = await listen();
    await expect(listen()).rejects.toThrow(ListenerExists);
    await first.stop();
    await listen();
    await events.publish(stream, event('one'));
    await until('it came', () => heard.length > 0);
    expect(heard).toEqual(['one']);
  });

  it('lets a handler that is under way publish while the bus closes, and takes no more listeners', async () => {
    const process = await scene().process();
    const [stream, follow] = [scene().topic('made'), scene().topic('followed')];
    let begun = false;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    await process.events.on(stream, 'g', async () => {
      begun = true;
      await gate;
      await process.events.publish(follow, event('follow-up'));
    });
    await process.events.publish(stream, event('one'));
    await until('the handler has begun', () => begun);
    const closing = process.events.close();
    await expect(process.events.on(follow, 'g', () => undefined)).rejects.toThrow(BusClosed);
    go();
    await closing;
    await expect(process.events.publish(stream, event('late'))).rejects.toThrow(BusClosed);
    const heard: string[] = [];
    const other = await scene().events();
    await other.on(follow, 'g', (message) => void heard.push(wordOf(message)));
    await until('the follow-up came', () => heard.length > 0);
    expect(heard).toEqual(['follow-up']);
  });
}
