import { expect, it } from '@jest/globals';
import { acknowledge, type BusHarness, type BusScene, next } from '../bus-scene.js';
import { until } from '../until.js';

/** Sequence numbers and gaps. */
export function sequencePromises(scene: () => BusScene, harness: BusHarness): void {
  it('numbers the messages of a sender to one mailbox from 1, also across a restart of the sender', async () => {
    const first = await scene().process();
    const agent = scene().name('reader');
    const numbers: (number | undefined)[] = [];
    for (let n = 0; n < 3; n++)
      numbers.push((await first.bus.sendMessage(scene().letter(agent, 'x'))).message.sequence);
    await first.crash();
    const second = await scene().bus();
    for (let n = 0; n < 2; n++) numbers.push((await second.sendMessage(scene().letter(agent, 'x'))).message.sequence);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts each sender and each mailbox by itself', async () => {
    const bus = await scene().bus();
    const numberOf = async (from_agent: string, to: string) =>
      (await bus.sendMessage(scene().letter(scene().name(to), 'x', { from_agent }))).message.sequence;
    expect(await numberOf('a', 'x')).toBe(1);
    expect(await numberOf('b', 'x')).toBe(1);
    expect(await numberOf('a', 'y')).toBe(1);
    expect(await numberOf('a', 'x')).toBe(2);
  });

  it('gives a message id the number it had, so that a repetition leaves no gap', async () => {
    const bus = await scene().bus();
    const agent = scene().name('reader');
    const letter = scene().letter(agent, 'again', { message_id: scene().name('m') });
    const numbers = [];
    for (let n = 0; n < 3; n++) numbers.push((await bus.sendMessage(letter)).message.sequence);
    expect(numbers).toEqual([1, 1, 1]);
    expect((await bus.sendMessage(scene().letter(agent, 'next'))).message.sequence).toBe(2);
  });

  it('reports messages that never came, once, with sender and numbers', async () => {
    const bus = await scene().bus();
    const agent = scene().name('victim');
    const inbox = bus.receiveMessages(agent);
    await bus.sendMessage(scene().letter(agent, 'first'));
    await acknowledge(inbox, 1);
    await inbox.return?.();
    for (let n = 0; n < 2; n++) await bus.sendMessage(scene().letter(agent, 'lost'));
    await harness.lose(`agent:${agent}:inbox`);
    await bus.sendMessage(scene().letter(agent, 'last'));
    await acknowledge(bus.receiveMessages(agent), 1);
    await until('the gap is reported', () => scene().gaps.length > 0);
    const sender = `agent:${scene().name('sender')}`;
    expect(scene().gaps).toEqual([{ channel: `agent:${agent}:inbox`, sender, from: 2, to: 3 }]);
    expect(bus.counters.missing).toBe(2);
  });

  it('tells apart what came between two losses', async () => {
    const bus = await scene().bus({ gapAfterMs: 500 });
    const agent = scene().name('victim');
    for (const word of ['lost', 'came', 'lost', 'came', 'came']) {
      await bus.sendMessage(scene().letter(agent, word));
      if (word === 'lost') await harness.lose(`agent:${agent}:inbox`);
      else {
        const inbox = bus.receiveMessages(agent);
        await acknowledge(inbox, 1);
        await inbox.return?.();
      }
    }
    await until('both gaps are reported', () => bus.counters.missing >= 2);
    expect(scene().gaps.map(({ from, to }) => [from, to])).toEqual([
      [1, 1],
      [3, 3],
    ]);
  });

  it('takes no message for lost that others of higher priority overtook', async () => {
    const bus = await scene().bus();
    const agent = scene().name('patient');
    for (let n = 0; n < 3; n++) await bus.sendMessage(scene().letter(agent, 'low', { priority: 'low' }));
    await bus.sendMessage(scene().letter(agent, 'high', { priority: 'high' }));
    const inbox = bus.receiveMessages(agent);
    const high = await next(inbox);
    expect(high.message.sequence).toBe(4);
    await high.ack();
    await inbox.return?.();
    // A second hole, in a mailbox where nothing waits, is reported; by then the first was looked at, too.
    const other = scene().name('victim');
    await bus.sendMessage(scene().letter(other, 'lost'));
    await harness.lose(`agent:${other}:inbox`);
    await bus.sendMessage(scene().letter(other, 'last'));
    await acknowledge(bus.receiveMessages(other), 1);
    await until('the other gap is reported', () => scene().gaps.length > 0);
    expect(scene().gaps.map(({ channel }) => channel)).toEqual([`agent:${other}:inbox`]);
    expect(await acknowledge(bus.receiveMessages(agent), 3)).toEqual(['low', 'low', 'low']);
  });
}
