import { askRedis, serviceNames, type ServiceName, subscribeEvents, waitFor } from '@switchboard/testing';
import { WebSocket } from 'ws';
import { type Labels, Samples } from './samples.js';
import { openWorld, post, type World } from './world.js';

const timeoutMs = 30_000;
const inbound = { stream: 'msi:messages' };
const outbound = { stream: 'msi:outbound' };
const asked = { ...inbound, group: 'agent-group' };
const replied = { ...outbound, group: 'outbound-group' };

/** What one message from a web chat moves: service, metric, labels. */
const moved: readonly (readonly [ServiceName, string, Labels])[] = [
  ['ingress', 'messages_published_total', inbound],
  ['ingress', 'webhook_requests_total', { channel: 'webchat', outcome: 'accepted' }],
  ['ingress', 'webhook_duration_seconds_count', { channel: 'webchat' }],
  ['ingress', 'channel_messages_total', { channel: 'webchat' }],
  ['agent-consumer', 'messages_received_total', asked],
  ['agent-consumer', 'message_latency_seconds_count', asked],
  ['agent-consumer', 'message_processing_duration_seconds_count', { ...asked, outcome: 'done' }],
  ['agent-consumer', 'message_batch_size_count', asked],
  ['agent-consumer', 'messages_published_total', outbound],
  ['outbound-sender', 'messages_received_total', replied],
  ['outbound-sender', 'message_latency_seconds_count', replied],
  ['outbound-sender', 'message_processing_duration_seconds_count', { ...replied, outcome: 'done' }],
  ['outbound-sender', 'message_batch_size_count', replied],
  ['dashboard-broadcaster', 'channel_messages_total', { channel: 'property' }],
];

/** Stand at zero before anything goes wrong, since a rate needs two samples. */
const atZero: readonly (readonly [ServiceName, string, Labels])[] = [
  ['agent-consumer', 'dead_letters_total', asked],
  ['outbound-sender', 'dead_letters_total', replied],
  ['agent-consumer', 'partitions_given_up_total', { ...asked, why: 'lost' }],
  ...serviceNames.map((name) => [name, 'redis_connection_errors', {}] as const),
  ...serviceNames.map((name) => [name, 'redis_reconnection_attempts', {}] as const),
];

describe('the metrics of the services as they run', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  }, 60_000);
  afterAll(() => world.end(), 60_000);

  const read = async (service: ServiceName, name: string, labels: Labels = {}): Promise<number | undefined> =>
    (await Samples.of(world.stack.url(service))).sum(name, labels);
  const until = (service: ServiceName, name: string, labels: Labels, fits: (value: number) => boolean) =>
    waitFor(async () => fits((await read(service, name, labels)) ?? NaN), {
      timeoutMs,
      describe: `${name} of ${service} ${JSON.stringify(labels)} is as it should`,
    });
  const ingress = (path: string): string => world.stack.url('ingress') + path;
  const say = (visitorId: string, messageId: string) =>
    post(ingress('/webchat/demo/messages'), JSON.stringify({ visitorId, messageId, text: 'hello' }));
  const chatOf = (visitorId: string) => subscribeEvents(ingress(`/webchat/demo/stream?visitorId=${visitorId}`));

  async function watchDashboard(): Promise<WebSocket> {
    const url = world.stack.url('dashboard-broadcaster');
    const session = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { origin: url, headers: { cookie } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  }

  it('stand at zero before anything went wrong', async () => {
    await until('agent-consumer', 'partitions_owned', asked, (owned) => owned > 0);
    await until('outbound-sender', 'partitions_owned', replied, (owned) => owned > 0);
    for (const [service, name, labels] of atZero) {
      expect([service, name, await read(service, name, labels)]).toEqual([service, name, 0]);
    }
  });

  it('move, each one, when one message goes all the way', async () => {
    const dashboard = await watchDashboard();
    const chat = await chatOf('mover');
    const before = new Map(await Promise.all(moved.map(async (row) => [row, (await read(...row)) ?? 0] as const)));
    expect((await say('mover', 'm1')).status).toBe(202);
    for (const row of moved) await until(...row, (value) => value > (before.get(row) as number));
    expect(await read('ingress', 'messages_published_total', inbound)).toBe(1);
    expect(await read('agent-consumer', 'messages_published_total', outbound)).toBe(1);
    expect(await read('agent-consumer', 'message_batch_size_sum', asked)).toBe(1);
    expect(await read('ingress', 'channel_messages_total', { channel: 'webchat' })).toBe(2);
    chat.close();
    dashboard.terminate();
  }, 60_000);

  it('count who watches a channel now', async () => {
    const channels = [
      ['ingress', 'webchat'],
      ['dashboard-broadcaster', 'property'],
    ] as const;
    for (const [service, channel] of channels) await until(service, 'channel_subscribers', { channel }, (n) => n === 0);
    const [dashboard, chat] = [await watchDashboard(), await chatOf('watcher')];
    for (const [service, channel] of channels) await until(service, 'channel_subscribers', { channel }, (n) => n === 1);
    chat.close();
    dashboard.terminate();
    for (const [service, channel] of channels) await until(service, 'channel_subscribers', { channel }, (n) => n === 0);
  }, 60_000);

  it('count requests that the server refuses before any controller sees them', async () => {
    const refused: readonly (readonly [string, RequestInit, string])[] = [
      ['/webhooks/chatwoot/demo-chatwoot', { body: '{', headers: { 'content-type': 'application/json' } }, 'invalid'],
      ['/webhooks/chatwoot/demo-chatwoot', { body: 'x', headers: { 'content-type': 'text/plain' } }, 'wrong-type'],
      [
        '/webhooks/chatwoot/demo-chatwoot',
        { body: JSON.stringify('x'.repeat(2 << 20)), headers: { 'content-type': 'application/json' } },
        'too-large',
      ],
      ['/webhooks/chatwoot/demo-chatwoot', { body: '{}', headers: { 'content-type': 'application/json' } }, 'unsigned'],
      ['/webhooks/chatwoot/no-such', { body: '{}', headers: { 'content-type': 'application/json' } }, 'unknown-source'],
    ];
    for (const [path, request, outcome] of refused) {
      await fetch(ingress(path), { method: 'POST', ...request });
      await until('ingress', 'webhook_requests_total', { channel: 'chatwoot', outcome }, (count) => count === 1);
    }
  }, 60_000);

  it('never take a label from what a client chooses', async () => {
    const chosen = ['odd-source-1', 'odd-property-1', 'odd-visitor-1', 'odd-method-1'];
    const json = { 'content-type': 'application/json' };
    await fetch(ingress('/webhooks/chatwoot/odd-source-1'), { method: 'POST', body: '{}', headers: json });
    await fetch(ingress('/webhooks/odd-source-1/x'), { method: 'POST', body: '{}', headers: json });
    await post(
      ingress('/webchat/odd-property-1/messages'),
      JSON.stringify({ visitorId: 'v', messageId: 'm', text: 't' }),
    );
    await say('odd-visitor-1', 'odd-visitor-1');
    const values = (await Samples.of(world.stack.url('ingress'))).labelValues();
    for (const [label, seen] of values) {
      for (const value of seen) expect([label, chosen.filter((word) => value.includes(word))]).toEqual([label, []]);
    }
  });

  it('tell what waits, and for how long, while nobody takes it, and that nothing does afterwards', async () => {
    const published = (await read('ingress', 'messages_published_total', inbound)) ?? NaN;
    await until('agent-consumer', 'message_batch_size_sum', asked, (handled) => handled === published);
    await until('dead-letter-reprocessor', 'messages_lag', asked, (lag) => lag === 0);
    await world.stack.service('agent-consumer').process.stop();
    for (const id of ['m1', 'm2', 'm3']) await say('waiting', id);
    await until('dead-letter-reprocessor', 'messages_lag', asked, (lag) => lag === 3);
    await until('dead-letter-reprocessor', 'message_oldest_pending_age_seconds', asked, (age) => age > 0);
    await until('dead-letter-reprocessor', 'messages_pending', asked, (pending) => pending === 0);
    await world.stack.start('agent-consumer');
    for (const name of ['messages_lag', 'messages_pending', 'message_oldest_pending_age_seconds']) {
      await until('dead-letter-reprocessor', name, asked, (value) => value === 0);
    }
  }, 90_000);

  it('count dead letters and their replay', async () => {
    const poison = ['XADD', 'sb:msi:messages:{p0}', '*', 'k', 'c', 'i', 'poison', 'd', 'no message'];
    const raw = await askRedis(world.redis, poison);
    expect(raw).toEqual(expect.any(String));
    await until('agent-consumer', 'dead_letters_total', asked, (count) => count === 1);
    await until('dead-letter-reprocessor', 'dead_letters', inbound, (count) => count === 1);
    const reprocessor = world.stack.url('dead-letter-reprocessor');
    const { items } = (await (await fetch(`${reprocessor}/dead-letters`)).json()) as {
      items: { deadLetterId: string }[];
    };
    await post(`${reprocessor}/dead-letters/${encodeURIComponent(items[0]?.deadLetterId ?? '')}/replay`, '{}');
    expect(await read('dead-letter-reprocessor', 'messages_published_total', inbound)).toBe(1);
    await until('agent-consumer', 'dead_letters_total', asked, (count) => count === 2);
  }, 60_000);

  it('show in every service that Redis went and came back', async () => {
    for (const service of serviceNames) await until(service, 'redis_connected', {}, (connected) => connected > 0);
    await world.redis.kill('SIGKILL');
    for (const service of serviceNames) {
      await until(service, 'redis_connected', {}, (connected) => connected === 0);
      await until(service, 'redis_connection_errors', {}, (errors) => errors > 0);
      await until(service, 'redis_reconnection_attempts', {}, (attempts) => attempts > 0);
    }
    await world.redis.restart();
    for (const service of serviceNames) await until(service, 'redis_connected', {}, (connected) => connected > 0);
  }, 120_000);
});
