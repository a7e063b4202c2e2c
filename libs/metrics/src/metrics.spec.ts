import { type DeadLetter } from '@switchboard/delivery';
import {
  BacklogMetrics,
  BreakerMetrics,
  ChannelMetrics,
  ConnectionMetrics,
  ConsumingMetrics,
  deliveryObserver,
  MetricsRegistry,
  PartitionMetrics,
  ProviderMetrics,
  PublishingMetrics,
  RateMetrics,
  WebhookMetrics,
} from './index.js';

/** Samples by name and labels, the label of the service left out. */
async function samples(registry: MetricsRegistry): Promise<Record<string, number>> {
  const lines = (await registry.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      const name = line
        .slice(0, at)
        .replace(/,?service="test"/, '')
        .replace('{}', '')
        .replace('{,', '{');
      return [name, Number(line.slice(at + 1))];
    }),
  );
}

const registry = (): MetricsRegistry => new MetricsRegistry('test');
const at = { stream: 's', group: 'g', partition: 3 };

describe('the metrics', () => {
  it('have the names that dashboards and alerts were promised', async () => {
    const all = registry();
    new ConnectionMetrics(all);
    new PublishingMetrics(all);
    new ConsumingMetrics(all);
    new PartitionMetrics(all);
    new BacklogMetrics(all);
    new ChannelMetrics(all, ['property', 'webchat']);
    new WebhookMetrics(all);
    new ProviderMetrics(all);
    const text = await all.text();
    const promised = {
      redis_connected: 'gauge',
      redis_connection_errors: 'counter',
      redis_reconnection_attempts: 'counter',
      messages_published_total: 'counter',
      messages_received_total: 'counter',
      message_latency_seconds: 'histogram',
      message_processing_duration_seconds: 'histogram',
      channel_subscribers: 'gauge',
      channel_messages_total: 'counter',
      messages_pending: 'gauge',
      messages_lag: 'gauge',
      message_oldest_pending_age_seconds: 'gauge',
      dead_letters: 'gauge',
      dead_letters_total: 'counter',
      message_batch_size: 'histogram',
    };
    for (const [name, type] of Object.entries(promised)) expect(text).toContain(`# TYPE ${name} ${type}\n`);
  });

  it('carry the service, also those of the process', async () => {
    const text = await registry().text();
    expect(text).toMatch(/process_resident_memory_bytes\{service="test"\} \d+/);
    expect(text).toMatch(/nodejs_eventloop_lag_seconds\{service="test"\}/);
  });

  it('have one place each', () => {
    const one = registry();
    new ConnectionMetrics(one);
    expect(() => new ConnectionMetrics(one)).toThrow('redis_connected');
  });
});

describe('connections', () => {
  it('are counted by purpose, and none is 0 and not absent', async () => {
    const all = registry();
    const connections = new ConnectionMetrics(all);
    connections.failed('command');
    expect(await samples(all)).toMatchObject({ 'redis_connected{purpose="command"}': 0 });
    connections.connected('command');
    connections.connected('command');
    connections.connected('producer');
    connections.disconnected('command');
    connections.reconnecting('command');
    expect(await samples(all)).toMatchObject({
      'redis_connected{purpose="command"}': 1,
      'redis_connected{purpose="producer"}': 1,
      'redis_connection_errors{purpose="command"}': 1,
      'redis_reconnection_attempts{purpose="command"}': 1,
    });
    connections.disconnected('command');
    connections.disconnected('command');
    connections.connected('command');
    expect(await samples(all)).toMatchObject({ 'redis_connected{purpose="command"}': 1 });
  });

  it('tell while messages are acknowledged by fewer replicas than before', async () => {
    const all = registry();
    const connections = new ConnectionMetrics(all);
    expect(await samples(all)).toMatchObject({ redis_ack_degraded: 0 });
    connections.ackDegraded(true);
    expect(await samples(all)).toMatchObject({ redis_ack_degraded: 1 });
    connections.ackDegraded(false);
    expect(await samples(all)).toMatchObject({ redis_ack_degraded: 0 });
  });
});

describe("the engine's story", () => {
  it('becomes samples', async () => {
    const all = registry();
    const observer = deliveryObserver({
      publishing: new PublishingMetrics(all),
      consuming: new ConsumingMetrics(all),
      partitions: new PartitionMetrics(all),
    });
    observer.appended?.('s', 'stored', 3);
    observer.appended?.('s', 'duplicate', 2);
    observer.appended?.('s', 'backlog', 1);
    observer.appended?.('s', 'failed', 1);
    observer.entriesRead?.(at, 4);
    observer.turnEnded?.({ ...at, outcome: 'done', messages: 2, durationMs: 30, latenciesMs: [900, 2_000] });
    observer.turnEnded?.({ ...at, outcome: 'retry', messages: 2, durationMs: 40, latenciesMs: [5_000, 5_000] });
    observer.deadLettered?.({ ...at, reason: 'a reason that is no label' } as DeadLetter);
    observer.partitionTaken?.(at);
    observer.partitionTaken?.({ ...at, partition: 4 });
    observer.partitionGone?.(at, 'lost');
    observer.storeFailed?.('read', new Error('away'));
    const found = await samples(all);
    expect(found).toMatchObject({
      'messages_published_total{stream="s"}': 3,
      'messages_duplicate_total{stream="s"}': 2,
      'messages_refused_total{stream="s",reason="backlog"}': 1,
      'messages_refused_total{stream="s",reason="failed"}': 1,
      'messages_received_total{stream="s",group="g"}': 4,
      'message_processing_duration_seconds_count{stream="s",group="g",outcome="done"}': 1,
      'message_processing_duration_seconds_count{stream="s",group="g",outcome="retry"}': 1,
      'message_processing_duration_seconds_sum{stream="s",group="g",outcome="done"}': 0.03,
      'dead_letters_total{stream="s",group="g"}': 1,
      'partitions_owned{stream="s",group="g"}': 1,
      'partitions_given_up_total{stream="s",group="g",why="lost"}': 1,
      'store_failures_total{operation="read"}': 1,
    });
    expect(found).toMatchObject({
      'message_batch_size_sum{stream="s",group="g"}': 2,
      'message_latency_seconds_count{stream="s",group="g"}': 2,
      'message_latency_seconds_bucket{le="1",stream="s",group="g"}': 1,
    });
    expect(JSON.stringify(found)).not.toContain('a reason');
  });

  it('begins at zero for each group, so that the first dead letter is an increase', async () => {
    const all = registry();
    const observer = deliveryObserver({ consuming: new ConsumingMetrics(all), partitions: new PartitionMetrics(all) });
    observer.partitionTaken?.(at);
    expect(await samples(all)).toMatchObject({
      'dead_letters_total{stream="s",group="g"}': 0,
      'messages_received_total{stream="s",group="g"}': 0,
      'partitions_given_up_total{stream="s",group="g",why="lost"}': 0,
    });
  });

  it('may be heard in parts: a publisher counts no turns', () => {
    const observer = deliveryObserver({});
    expect(() => observer.entriesRead?.(at, 1)).not.toThrow();
  });
});

describe('the other metrics', () => {
  it('tell of the backlog and the age of what waits longest', async () => {
    const all = registry();
    const backlog = new BacklogMetrics(all);
    backlog.pending(at, 5);
    backlog.lag(at, 7);
    backlog.oldestPending(at, 90_500);
    backlog.deadLetters('s', 2);
    const found = await samples(all);
    expect(found).toMatchObject({ 'messages_pending{stream="s",group="g"}': 5, 'dead_letters{stream="s"}': 2 });
    expect(found).toMatchObject({
      'messages_lag{stream="s",group="g"}': 7,
      'message_oldest_pending_age_seconds{stream="s",group="g"}': 90.5,
    });
    backlog.lag(at, 0);
    expect(await samples(all)).toMatchObject({ 'messages_lag{stream="s",group="g"}': 0 });
  });

  it('tell of live channels, webhooks and providers', async () => {
    const all = registry();
    const channels = new ChannelMetrics(all, ['property', 'webchat']);
    channels.joined('property');
    channels.joined('property');
    channels.left('property');
    channels.sent('property', 3);
    const webhooks = new WebhookMetrics(all);
    webhooks.answered('chatwoot', 'accepted', 8);
    webhooks.ignoredItems('whatsapp', { status: 2, system: undefined });
    new ProviderMetrics(all).called('whatsapp', 'retry-after', 120);
    expect(await samples(all)).toMatchObject({
      'channel_subscribers{channel="property"}': 1,
      'channel_subscribers{channel="webchat"}': 0,
      'channel_messages_total{channel="property"}': 3,
      'webhook_requests_total{channel="chatwoot",outcome="accepted"}': 1,
      'webhook_duration_seconds_sum{channel="chatwoot"}': 0.008,
      'webhook_items_ignored_total{channel="whatsapp",reason="status"}': 2,
      'provider_calls_total{channel="whatsapp",outcome="retry-after"}': 1,
      'provider_call_duration_seconds_count{channel="whatsapp"}': 1,
    });
  });
});

describe('the sending of replies', () => {
  it('shows who must wait, for how long, and which senders are shut off', async () => {
    const all = registry();
    const rates = new RateMetrics(all);
    const breakers = new BreakerMetrics(all);
    rates.mustWait('whatsapp');
    rates.admitted('whatsapp', 6_000);
    breakers.heard('whatsapp', 'a', { open: true, openedForMs: 1_000 });
    breakers.heard('whatsapp', 'a', { open: true });
    breakers.heard('whatsapp', 'b', { open: true, openedForMs: 1_000 });
    breakers.heard('whatsapp', 'a', { open: false });
    expect(await samples(all)).toMatchObject({
      'rate_limit_waits_total{channel="whatsapp"}': 1,
      'rate_limit_wait_seconds_sum{channel="whatsapp"}': 6,
      'sender_breaker_openings_total{channel="whatsapp"}': 2,
      'sender_breakers_open{channel="whatsapp"}': 1,
    });
  });
});
