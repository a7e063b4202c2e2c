import { type PrivateRedis, startRedis, subscribeEvents, waitFor } from '@switchboard/testing';
import { RunningIngress, webhook } from './running-ingress.js';

let redis: PrivateRedis;
let ingress: RunningIngress;

beforeEach(async () => {
  redis = await startRedis({ appendonly: 'always' });
  ingress = await RunningIngress.start(redis.url);
});

afterEach(async () => {
  await ingress?.stop();
  await redis?.stop();
});

async function refused(post: Promise<Response>): Promise<void> {
  const startedAtMs = performance.now();
  const answer = await post;
  expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json; charset=utf-8']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(performance.now() - startedAtMs).toBeLessThan(8_000);
}

const ready = async (): Promise<boolean> => (await fetch(`${ingress.url}/health/ready`)).status === 200;

it('without Redis a webhook is refused with Retry-After, and taken after its return', async () => {
  await redis.kill();
  await Promise.all([
    refused(ingress.post('chatwoot', webhook('chatwoot-message-created'))),
    refused(ingress.say('v1', 'm1')),
  ]);
  expect(await ready()).toBe(false);

  await redis.restart();
  await waitFor(ready, { describe: 'the ingress is ready again', timeoutMs: 10_000 });
  const answer = await ingress.post('chatwoot', webhook('chatwoot-message-created'));
  expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, duplicates: 0 }]);
});

it('with a frozen Redis no request hangs, and what is sent again after it is stored once', async () => {
  await redis.freeze();
  await refused(ingress.say('v1', 'm1'));
  await redis.thaw();
  await waitFor(async () => (await ingress.say('v1', 'm1')).status === 202, {
    describe: 'taken again',
    timeoutMs: 10_000,
  });
  const stream = await subscribeEvents(ingress.linesUrl('v1'));
  await ingress.say('v1', 'm2');
  await waitFor(() => stream.events.length >= 2, { describe: 'both lines' });
  expect(stream.events.map(({ data }) => (JSON.parse(data) as { id: string }).id)).toEqual(['m1', 'm2']);
  stream.close();
});

it('a stream opened without Redis begins to speak when Redis is back, and one that was open goes on', async () => {
  await ingress.say('v1', 'm1');
  const before = await subscribeEvents(ingress.linesUrl('v1'));
  await waitFor(() => before.events.length === 1, { describe: 'the first line' });
  await redis.kill();
  const during = await subscribeEvents(ingress.linesUrl('v1'));
  await redis.restart();
  await waitFor(ready, { describe: 'the ingress is ready again', timeoutMs: 10_000 });
  await ingress.say('v1', 'm2');
  for (const stream of [before, during]) {
    await waitFor(() => stream.events.length >= 2, { describe: 'both lines', timeoutMs: 10_000 });
    expect(stream.events.map(({ data }) => (JSON.parse(data) as { id: string }).id)).toEqual(['m1', 'm2']);
    stream.close();
  }
});

it('stopping ends the open streams and does not wait for their visitors', async () => {
  const answers = await Promise.all(
    ['v1', 'v2'].map((visitor) => fetch(ingress.linesUrl(visitor), { headers: { accept: 'text/event-stream' } })),
  );
  const ended = answers.map((answer) => answer.text());
  const startedAtMs = performance.now();
  await ingress.stop();
  await Promise.all(ended);
  expect(performance.now() - startedAtMs).toBeLessThan(3_000);
});
