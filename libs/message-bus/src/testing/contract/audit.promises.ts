import { expect, it } from '@jest/globals';
import { acknowledge, type BusScene, next } from '../bus-scene.js';
import { until } from '../until.js';

/** The audit trail. */
export function auditPromises(scene: () => BusScene): void {
  it('has a line of every message sent and handled, found by conversation, agent and time, without its text', async () => {
    const bus = await scene().bus();
    const agent = scene().name('clerk');
    const conversation = scene().name('c');
    const from = new Date(Date.now() - 60_000);
    await bus.sendMessage(scene().letter(agent, 'a secret text', { conversation_id: conversation, property_id: 'p1' }));
    await acknowledge(bus.receiveMessages(agent), 1);
    const lines = await bus.audit.query({ conversation, from, to: new Date(Date.now() + 60_000) });
    expect(lines.map(({ action, agent }) => [action, agent])).toEqual([
      ['sent', `agent:${scene().name('sender')}`],
      ['handled', `agent:${agent}`],
    ]);
    expect(lines[0]).toMatchObject({ kind: 'messages', propertyId: 'p1', service: 'contract' });
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(await bus.audit.query({ agent: `agent:${agent}`, from })).toMatchObject([{ action: 'handled' }]);
    expect(await bus.audit.query({ conversation, to: from })).toEqual([]);
    expect(await bus.audit.query({ conversation, limit: 1 })).toMatchObject([{ action: 'sent' }]);
  });

  it('tells of dead letters with their reason', async () => {
    const bus = await scene().bus();
    const agent = scene().name('clerk');
    const conversation = scene().name('c');
    await bus.sendMessage(scene().letter(agent, 'x', { conversation_id: conversation }));
    await (await next(bus.receiveMessages(agent))).bury('no such room');
    const lines = await bus.audit.query({ conversation });
    expect(lines.map(({ action }) => action)).toEqual(['sent', 'dead_lettered']);
    expect(lines[1]?.detail).toContain('no such room');
    expect(bus.counters.deadLettered).toBe(1);
  });

  it('tells decisions, escalations among them, apart from messages', async () => {
    const bus = await scene().bus();
    const agent = scene().name('clerk');
    const conversation = scene().name('c');
    await bus.sendMessage(scene().letter(agent, 'x', { conversation_id: conversation }));
    await bus.escalate(await next(bus.receiveMessages(agent)), { reason: 'beyond me' });
    await bus.audit.decided({
      service: 'contract',
      action: 'refunded',
      messageId: 'm1',
      conversationId: conversation,
      propertyId: 'p1',
      correlationId: 'r1',
      timestamp: new Date().toISOString(),
      agent: 'agent:boss',
    });
    const lines = await bus.audit.query({ conversation, kind: 'decisions' });
    expect(lines.map(({ action }) => action)).toEqual(['escalated', 'refunded']);
    expect(lines[0]?.detail).toContain('beyond me');
  });

  it('tells of a message that was given up because its receivers died', async () => {
    const agent = scene().name('mortal');
    const conversation = scene().name('c');
    const sender = await scene().bus();
    await sender.sendMessage(scene().letter(agent, 'deadly', { conversation_id: conversation }));
    for (let n = 0; n < 3; n++) {
      const dying = await scene().process();
      await next(dying.bus.receiveMessages(agent));
      await dying.crash();
    }
    const bus = await scene().bus();
    const heir = bus.receiveMessages(agent);
    const waiting = next(heir).catch(() => undefined);
    await until('the trail tells', async () => (await sender.audit.query({ conversation })).length === 2);
    const lines = await sender.audit.query({ conversation });
    expect(lines.map(({ action }) => action)).toEqual(['sent', 'dead_lettered']);
    expect(lines[1]?.detail).toContain('not heard of');
    expect(bus.counters.deadLettered).toBe(1);
    await heir.return?.();
    await waiting;
  });
}
