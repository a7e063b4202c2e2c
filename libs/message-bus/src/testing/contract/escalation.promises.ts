import { expect, it } from '@jest/globals';
import { type Delivery } from '../../delivery.js';
import { NobodyAbove } from '../../errors.js';
import { type MessageBus } from '../../message-bus.js';
import { type BusScene, next, wordOf } from '../bus-scene.js';

/** Escalation to the next level. The queues of the levels are everybody's, so each test picks out its own message. */
export function escalationPromises(scene: () => BusScene): void {
  const arrival = async (bus: MessageBus, role: string, as: string, word: string): Promise<Delivery> => {
    const queue = bus.receiveMessages(`role:${role}`, { as });
    for (;;) {
      const delivery = await next(queue);
      if (wordOf(delivery.message) === word) return delivery;
      await delivery.ack();
    }
  };

  it('passes a message on from specialist to management to executive, with its history', async () => {
    const bus = await scene().bus();
    const agent = scene().name('clerk');
    const word = scene().name('complaint');
    await bus.sendMessage(scene().letter(agent, word, { conversation_id: 'c9' }));
    await bus.escalate(await next(bus.receiveMessages(agent)), { reason: 'angry guest' });
    const second = await arrival(bus, 'management', 'boss', word);
    expect(second.message.escalation).toMatchObject({ level: 'management' });
    await bus.escalate(second, { reason: 'costs too much' });
    const third = await arrival(bus, 'executive', 'owner', word);
    expect(third.message).toMatchObject({
      conversation_id: 'c9',
      to_agent: 'role:executive',
      from_agent: `agent:${scene().name('sender')}`,
    });
    expect(third.message.escalation).toMatchObject({
      level: 'executive',
      history: [
        { level: 'specialist', agent: `agent:${agent}`, reason: 'angry guest' },
        { level: 'management', agent: 'agent:boss', reason: 'costs too much' },
      ],
    });
    await third.ack();
  });

  it('settles the message below once it is stored above', async () => {
    const process = await scene().process();
    const agent = scene().name('clerk');
    const word = scene().name('complaint');
    await process.bus.sendMessage(scene().letter(agent, word));
    const inbox = process.bus.receiveMessages(agent);
    const delivery = await next(inbox);
    await process.bus.escalate(delivery, { reason: 'x' });
    await process.bus.sendMessage(scene().letter(agent, 'next'));
    expect(wordOf((await next(inbox)).message)).toBe('next');
    await (await arrival(process.bus, 'management', 'boss', word)).ack();
  });

  it('stores a message above once, also when the step is repeated after a crash', async () => {
    const bus = await scene().bus();
    const agent = scene().name('clerk');
    const [word, end] = [scene().name('complaint'), scene().name('end')];
    const { message } = await bus.sendMessage(scene().letter(agent, word));
    // As the first try left it: stored above, not settled below.
    const above = { ...scene().letter('role:management', word), message_id: `${message.message_id}/management` };
    await bus.sendMessage(above);
    await bus.escalate(await next(bus.receiveMessages(agent)), { reason: 'x' });
    await bus.sendMessage(scene().letter('role:management', end));
    const seen: string[] = [];
    for await (const delivery of bus.receiveMessages('role:management')) {
      await delivery.ack();
      seen.push(wordOf(delivery.message));
      if (seen.includes(end)) break;
    }
    expect(seen.filter((heard) => heard === word)).toHaveLength(1);
    expect(await bus.deadLetters(agent).list(10)).toEqual([]);
  });

  it('says so when nobody stands above, and leaves the message with its receiver', async () => {
    const bus = await scene().bus();
    const agent = scene().name('owner');
    const escalation = { level: 'executive' as const, history: [] };
    await bus.sendMessage(scene().letter(agent, 'last resort', { escalation }));
    const delivery = await next(bus.receiveMessages(agent));
    await expect(bus.escalate(delivery, { reason: 'help' })).rejects.toThrow(NobodyAbove);
    await delivery.bury('nobody above');
    expect(await bus.deadLetters(agent).list(10)).toMatchObject([{ reason: 'nobody above' }]);
  });

  it('passes what was sent to the managers themselves on to the executives', async () => {
    const bus = await scene().bus();
    const word = scene().name('complaint');
    await bus.sendMessage(scene().letter('role:management', word));
    const above = await bus.escalate(await arrival(bus, 'management', 'boss', word), { reason: 'too dear' });
    expect(above.to_agent).toBe('role:executive');
    const delivery = await arrival(bus, 'executive', 'owner', word);
    expect(delivery.message.escalation?.history).toMatchObject([{ level: 'management', agent: 'agent:boss' }]);
    await delivery.ack();
  });
}
