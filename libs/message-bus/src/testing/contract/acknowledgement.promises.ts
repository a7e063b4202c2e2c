import { expect, it } from '@jest/globals';
import { BusClosed, NotAcknowledged } from '../../errors.js';
import { ACK_TYPE } from '../../bus/acknowledgements.js';
import { acknowledge, type BusScene, next, wordOf } from '../bus-scene.js';
import { until } from '../until.js';

/** Acknowledgements of messages by their receivers. */
export function acknowledgementPromises(scene: () => BusScene): void {
  it('resolves when the receiver, elsewhere, has acknowledged', async () => {
    const sender = await scene().bus();
    const agent = scene().name('reliable');
    const inbox = (await scene().bus()).receiveMessages(agent);
    const sent = sender.sendMessage(scene().letter(agent, 'sign here'), { ackTimeoutMs: 60_000 });
    await acknowledge(inbox, 1);
    expect(await sent).toMatchObject({ acknowledged: true });
  });

  it('waits longer at each try and hands the message out once', async () => {
    const bus = await scene().bus();
    const agent = scene().name('slow');
    const inbox = bus.receiveMessages(agent);
    const sent = bus.sendMessage(scene().letter(agent, 'slow'), { ackTimeoutMs: 20, retries: 8 });
    const delivery = await next(inbox);
    const startedAt = performance.now();
    while (performance.now() - startedAt < 100) await bus.deadLetters(agent).list(1);
    await delivery.ack();
    expect(await sent).toMatchObject({ acknowledged: true, duplicate: false });
    await bus.sendMessage(scene().letter(agent, 'end'));
    expect(await acknowledge(inbox, 1)).toEqual(['end']);
  });

  it('gives up a message that is never acknowledged: an error, a dead letter, and no delivery any more', async () => {
    const bus = await scene().bus();
    const agent = scene().name('away');
    const sent = bus.sendMessage(scene().letter(agent, 'hello?'), { ackTimeoutMs: 10, retries: 2 });
    await expect(sent).rejects.toThrow(NotAcknowledged);
    const [letter] = await bus.deadLetters(agent).list(10);
    expect(letter).toMatchObject({ reason: 'not acknowledged', attempts: 3 });
    await bus.sendMessage(scene().letter(agent, 'later'));
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['later']);
    expect(bus.counters.notAcknowledged).toBe(1);
  });

  it('delivers after a replay what its sender had given up', async () => {
    const bus = await scene().bus();
    const agent = scene().name('back');
    await bus.sendMessage(scene().letter(agent, 'hello?'), { ackTimeoutMs: 10, retries: 0 }).catch(() => undefined);
    const [letter] = await bus.deadLetters(agent).list(10);
    expect(await bus.deadLetters(agent).replay(letter?.id as string)).toBe(true);
    await bus.sendMessage(scene().letter(agent, 'end'));
    const words = await acknowledge(bus.receiveMessages(agent), 2);
    expect(words.sort()).toEqual(['end', 'hello?']);
    expect(await bus.deadLetters(agent).list(10)).toEqual([]);
  });

  it('puts an acknowledgement into the inbox of a sender that asked for one and does not wait', async () => {
    const bus = await scene().bus();
    const agent = scene().name('polite');
    const { message } = await bus.sendMessage(scene().letter(agent, 'please sign', { ack_required: true }));
    await acknowledge(bus.receiveMessages(agent), 1);
    const delivery = await next(bus.receiveMessages(message.from_agent));
    expect(delivery.message).toMatchObject({
      message_type: ACK_TYPE,
      causation_id: message.message_id,
      correlation_id: message.correlation_id,
      from_agent: `agent:${agent}`,
    });
  });

  it('ends the wait for an acknowledgement when the bus closes; the message stays', async () => {
    const process = await scene().process();
    const agent = scene().name('later');
    const sent = process.bus.sendMessage(scene().letter(agent, 'kept'), { ackTimeoutMs: 60_000 });
    const refused = expect(sent).rejects.toThrow(BusClosed);
    const other = await scene().bus();
    await until(
      'it is stored',
      async () => (await other.audit.query({ agent: `agent:${scene().name('sender')}` })).length > 0,
    );
    await process.bus.close();
    await refused;
    expect(await acknowledge(other.receiveMessages(agent), 1)).toEqual(['kept']);
  });

  it('acknowledges at once what was handled before and is sent again', async () => {
    const bus = await scene().bus();
    const agent = scene().name('quick');
    const letter = scene().letter(agent, 'again', { message_id: scene().name('m') });
    await bus.sendMessage(letter);
    const delivery = await next(bus.receiveMessages(agent));
    expect(wordOf(delivery.message)).toBe('again');
    await delivery.ack();
    const again = await bus.sendMessage(letter, { ackTimeoutMs: 60_000 });
    expect(again).toMatchObject({ duplicate: true, acknowledged: true });
  });

  it('takes from the dead letters what its receiver handled after all', async () => {
    const bus = await scene().bus();
    const agent = scene().name('slow');
    const inbox = bus.receiveMessages(agent);
    const sent = bus.sendMessage(scene().letter(agent, 'slow'), { ackTimeoutMs: 200, retries: 0 });
    const delivery = await next(inbox);
    await expect(sent).rejects.toThrow(NotAcknowledged);
    expect(await bus.deadLetters(agent).list(10)).toHaveLength(1);
    await delivery.ack();
    expect(await bus.deadLetters(agent).list(10)).toEqual([]);
    expect(await bus.deadLetters(agent).replay(delivery.message.message_id)).toBe(false);
  });

  it('does not deliver any more what was given up and then discarded, also when it was about to be replayed', async () => {
    const bus = await scene().bus();
    const agent = scene().name('away');
    const letters = bus.deadLetters(agent);
    for (const word of ['first', 'second']) {
      await bus.sendMessage(scene().letter(agent, word), { ackTimeoutMs: 10, retries: 0 }).catch(() => undefined);
    }
    const ids = (await letters.list(10)).map(({ id }) => id);
    expect(await letters.discard(ids[0] as string)).toBe(true);
    expect(await Promise.all([letters.replay(ids[1] as string), letters.discard(ids[1] as string)])).toEqual([
      false,
      true,
    ]);
    expect(await letters.list(10)).toEqual([]);
    await bus.sendMessage(scene().letter(agent, 'end'));
    expect(await acknowledge(bus.receiveMessages(agent), 1)).toEqual(['end']);
  });

  it('lists the oldest of many letters that were given up', async () => {
    const bus = await scene().bus();
    const agent = scene().name('away');
    for (let n = 0; n < 3; n++) {
      const letter = scene().letter(agent, 'x', { message_id: `${scene().name('m')}-${n}` });
      await bus.sendMessage(letter, { ackTimeoutMs: 10, retries: 0 }).catch(() => undefined);
    }
    const found = await bus.deadLetters(agent).list(2);
    expect(found.map(({ id }) => id)).toEqual([0, 1].map((n) => `${scene().name('m')}-${n}`));
  });
}
