import { busObserver, MetricsRegistry } from './index.js';

describe('the metrics of a message bus', () => {
  it('count what became of the messages, by the kind of channel and not by its name', async () => {
    const registry = new MetricsRegistry('test');
    const observer = busObserver(registry);
    observer.sent('agent:concierge:inbox');
    observer.sent('agent:maid:inbox');
    observer.delivered('task_queue.laundry');
    observer.dropped('events:room:free', 'duplicate');
    observer.notAcknowledged('agent:maid:inbox');
    observer.deadLettered('task_queue.laundry');
    observer.gap({ channel: 'agent:maid:inbox', sender: 'agent:concierge', from: 3, to: 5 });
    observer.broadcastsMissed(['events:*:*']);
    observer.storeFailed('put', new Error('away'));
    const text = await registry.text();
    for (const sample of [
      'agent_messages_total{kind="inbox",outcome="sent",service="test"} 2',
      'agent_messages_total{kind="task_queue",outcome="delivered",service="test"} 1',
      'agent_messages_total{kind="events",outcome="duplicate",service="test"} 1',
      'agent_messages_total{kind="inbox",outcome="not_acknowledged",service="test"} 1',
      'agent_messages_total{kind="task_queue",outcome="dead_lettered",service="test"} 1',
      'agent_messages_missing_total{kind="inbox",service="test"} 3',
      'agent_broadcasts_missed_total{service="test"} 1',
      'agent_bus_store_failures_total{operation="put",service="test"} 1',
    ]) {
      expect(text).toContain(sample);
    }
    expect(text).not.toContain('maid');
  });
});
