import { expect, it } from '@jest/globals';
import { InvalidMessageError } from '@switchboard/message-schema';
import { BusClosed, UnknownAddress } from '../../errors.js';
import { acknowledge, type BusHarness, type BusScene, next, wordOf } from '../bus-scene.js';
import { until } from '../until.js';

/** Direct messages and task queues. */
export function mailboxPromises(scene: () => BusScene, harness: BusHarness): void {
  it('hands a message to the agent it was sent to, with everything it says', async () => {
    const bus = await scene().bus();
    const agent = scene().name('concierge');
    const { message, duplicate } = await bus.sendMessage(
      scene().letter(`agent:${agent}`, 'hello', { conversation_id: 'c1', property_id: 'p1' }),
    );
    const delivery = await next(bus.receiveMessages(agent));
    expect(duplicate).toBe(false);
    expect(delivery.message).toEqual(message);
    expect(delivery).toMatchObject({ mailbox: `agent:${agent}:inbox`, receiver: `agent:${agent}`, attempt: 1 });
    expect(delivery.message).toMatchObject({ conversation_id: 'c1', property_id: 'p1', sequence: 1 });
  });

  it('hands a message to one of those who work on the queue of its role', async () => {
    const bus = await scene().bus();
    const role = scene().name('housekeeping');
    const workers = ['a', 'b'].map((as) => bus.receiveMessages(`role:${role}`, { as }));
    const words = Array.from({ length: 20 }, (_, n) => `task ${n}`);
    const done = Promise.all(workers.map((worker) => acknowledge(worker, 10)));
    for (const word of words) await bus.sendMessage(scene().letter(`role:${role}`, word));
    expect((await done).flat().sort()).toEqual([...words].sort());
  });

  it('hands out high before normal before low', async () => {
    const bus = await scene().bus();
    const agent = scene().name('busy');
    for (const priority of ['low', 'normal', 'high'] as const) {
      await bus.sendMessage(scene().letter(agent, priority, { priority }));
    }
    expect(await acknowledge(bus.receiveMessages(agent), 3)).toEqual(['high', 'normal', 'low']);
  });

  it('does not let urgent work starve the rest', async () => {
    const bus = await scene().bus();
    const agent = scene().name('busy');
    await bus.sendMessage(scene().letter(agent, 'low', { priority: 'low' }));
    for (let n = 0; n < 40; n++) await bus.sendMessage(scene().letter(agent, 'high', { priority: 'high' }));
    expect(await acknowledge(bus.receiveMessages(agent), 20)).toContain('low');
  });

  it('keeps the order of a sender within a priority', async () => {
    const bus = await scene().bus();
    const agent = scene().name('reader');
    const words = Array.from({ length: 50 }, (_, n) => String(n));
    await Promise.all(words.map((word) => bus.sendMessage(scene().letter(agent, word))));
    expect(await acknowledge(bus.receiveMessages(agent), 50)).toEqual(words);
  });

  it('stores a message id once', async () => {
    const bus = await scene().bus();
    const agent = scene().name('reader');
    const letter = scene().letter(agent, 'once', { message_id: scene().name('m') });
    const results = await Promise.all([bus.sendMessage(letter), bus.sendMessage(letter), bus.sendMessage(letter)]);
    await bus.sendMessage(scene().letter(agent, 'end'));
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await acknowledge(bus.receiveMessages(agent), 2)).toEqual(['once', 'end']);
  });

  it('hands out no message again that was handled, however it came back', async () => {
    const bus = await scene().bus();
    const agent = scene().name('reader');
    const inbox = bus.receiveMessages(agent);
    const { message } = await bus.sendMessage(scene().letter(agent, 'once'));
    await acknowledge(inbox, 1);
    await harness.write(`agent:${agent}:inbox`, 'another id', JSON.stringify(message));
    await bus.sendMessage(scene().letter(agent, 'end'));
    expect(await acknowledge(inbox, 1)).toEqual(['end']);
    expect(bus.counters.duplicates).toBe(1);
  });

  it('delivers again what its receiver asked to retry, and gives it up after the last attempt', async () => {
    const bus = await scene().bus();
    const agent = scene().name('weak');
    const inbox = bus.receiveMessages(agent);
    await bus.sendMessage(scene().letter(agent, 'heavy'));
    const attempts: number[] = [];
    for (let n = 0; n < 3; n++) {
      const delivery = await next(inbox);
      attempts.push(delivery.attempt);
      await delivery.retry({ reason: 'too heavy' });
    }
    expect(attempts).toEqual([1, 2, 3]);
    const [letter] = await bus.deadLetters(agent).list(10);
    expect(letter).toMatchObject({ attempts: 3 });
    expect(letter?.reason).toContain('too heavy');
  });

  it('keeps what was buried with its reason, until it is replayed or discarded', async () => {
    const bus = await scene().bus();
    const agent = scene().name('strict');
    const inbox = bus.receiveMessages(agent);
    for (const word of ['first', 'second']) await bus.sendMessage(scene().letter(agent, word));
    for (let n = 0; n < 2; n++) await (await next(inbox)).bury('not for me');
    const letters = await bus.deadLetters(agent).list(10);
    expect(letters.map(({ reason }) => reason)).toEqual(['not for me', 'not for me']);
    expect(await bus.deadLetters(agent).replay(letters[0]?.id as string)).toBe(true);
    expect(await bus.deadLetters(agent).discard(letters[1]?.id as string)).toBe(true);
    expect(await acknowledge(inbox, 1)).toEqual(['first']);
    expect(await bus.deadLetters(agent).list(10)).toEqual([]);
  });

  it('delivers again what a receiver held that died', async () => {
    const dying = await scene().process();
    const agent = scene().name('mortal');
    await dying.bus.sendMessage(scene().letter(agent, 'survivor'));
    await next(dying.bus.receiveMessages(agent));
    await dying.crash();
    const delivery = await next((await scene().bus()).receiveMessages(agent));
    expect(wordOf(delivery.message)).toBe('survivor');
    expect(delivery.attempt).toBe(2);
  });

  it('makes a dead letter of an expired message and goes on', async () => {
    const bus = await scene().bus();
    const agent = scene().name('late');
    const expires_at = new Date(Date.now() - 1).toISOString();
    await bus.sendMessage(scene().letter(agent, 'stale', { expires_at }));
    await bus.sendMessage(scene().letter(agent, 'fresh'));
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['fresh']);
    expect(await bus.deadLetters(agent).list(10)).toMatchObject([{ reason: 'expired' }]);
  });

  it.each([
    ['no JSON', '{'],
    ['no message', '{"hello":"world"}'],
    ['a wrong type', JSON.stringify({ message_id: 7 })],
  ])('makes a dead letter of an entry that is %s and goes on', async (_name, text) => {
    const bus = await scene().bus();
    const agent = scene().name('patient');
    await harness.write(`agent:${agent}:inbox`, 'odd', text);
    await bus.sendMessage(scene().letter(agent, 'next'));
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['next']);
    expect(await bus.deadLetters(agent).list(10)).toMatchObject([{ data: text }]);
    expect(bus.counters.unreadable).toBe(1);
  });

  it('refuses a bad address or a bad message before anything is stored', async () => {
    const bus = await scene().bus();
    const agent = scene().name('untouched');
    await expect(bus.sendMessage(scene().letter('guest:v1', 'x'))).rejects.toThrow(UnknownAddress);
    const bad = scene().letter(agent, 'x', { priority: 'urgent' as never });
    await expect(bus.sendMessage(bad)).rejects.toThrow(InvalidMessageError);
    const { message } = await bus.sendMessage(scene().letter(agent, 'good'));
    expect(message.sequence).toBe(1);
  });

  it('ends an iterator at the signal, at return() and when the bus closes', async () => {
    const process = await scene().process();
    const stop = new AbortController();
    const aborted = process.bus.receiveMessages(scene().name('a'), { signal: stop.signal });
    const returned = process.bus.receiveMessages(scene().name('b'));
    const closed = process.bus.receiveMessages(scene().name('c'));
    const ends = [aborted, returned, closed].map((inbox) => inbox.next());
    stop.abort();
    expect(await ends[0]).toMatchObject({ done: true });
    await returned.return?.();
    expect(await ends[1]).toMatchObject({ done: true });
    await process.bus.close();
    expect(await ends[2]).toMatchObject({ done: true });
    await expect(process.bus.sendMessage(scene().letter('x', 'late'))).rejects.toThrow(BusClosed);
  });

  it('still takes an acknowledgement after its iterator has ended', async () => {
    const bus = await scene().bus({ drainMs: 5_000 });
    const agent = scene().name('slow');
    await bus.sendMessage(scene().letter(agent, 'slow work'));
    const inbox = bus.receiveMessages(agent);
    const delivery = await next(inbox);
    await inbox.return?.();
    await delivery.ack();
    await bus.sendMessage(scene().letter(agent, 'end'));
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['end']);
  });

  it('gives back what was not settled when its iterator ended', async () => {
    const bus = await scene().bus({ drainMs: 10 });
    const agent = scene().name('forgetful');
    await bus.sendMessage(scene().letter(agent, 'forgotten'));
    const inbox = bus.receiveMessages(agent);
    const lost = await next(inbox);
    await inbox.return?.();
    await until('the delivery was taken back', () => lost.signal.aborted);
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['forgotten']);
  });

  it('lets those who end their work send and publish while the bus closes, and begins nothing new', async () => {
    const process = await scene().process({ drainMs: 5_000 });
    const agent = scene().name('leaving');
    await process.bus.sendMessage(scene().letter(agent, 'last work'));
    const delivery = await next(process.bus.receiveMessages(agent));
    const closing = process.bus.close();
    expect(() => process.bus.receiveMessages(agent)).toThrow(BusClosed);
    expect(() => process.bus.subscribe('events:*')).toThrow(BusClosed);
    await expect(process.bus.respond(agent, () => ({ message_type: 'x', payload: {} }))).rejects.toThrow(BusClosed);
    await process.bus.sendMessage(scene().letter(scene().name('other'), 'result'));
    await process.bus.publish(scene().topic('done'), { message_type: 'news', from_agent: agent, payload: {} });
    await delivery.ack();
    await closing;
    await expect(process.bus.sendMessage(scene().letter(agent, 'late'))).rejects.toThrow(BusClosed);
    const other = (await scene().bus()).receiveMessages(scene().name('other'));
    expect(await acknowledge(other, 1)).toEqual(['result']);
  });
}
