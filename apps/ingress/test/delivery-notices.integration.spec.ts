import { type DeliveryNotice, type Envelope, type GuestMessage, Streams } from '@switchboard/message-schema';
import { GuestWindow, RedisConnections } from '@switchboard/redis-transport';
import { type PrivateRedis, startRedis, waitFor, whatsappStatuses } from '@switchboard/testing';
import { RedisContents } from './redis-contents.js';
import { RunningIngress, webhook } from './running-ingress.js';

let redis: PrivateRedis;
let contents: RedisContents;
let ingress: RunningIngress;

beforeAll(async () => {
  redis = await startRedis();
  contents = new RedisContents(redis.url);
  ingress = await RunningIngress.start(redis.url);
});
afterAll(async () => {
  await ingress?.stop();
  contents?.close();
  await redis?.stop();
});

const message = { id: 'wamid.1', phoneNumberId: '106540352242922', to: '15551234567', callbackData: 'reply-1' };
const notices = () => contents.entries<Envelope<DeliveryNotice>>(Streams.deliveries);

it('when a guest on WhatsApp wrote last is remembered', async () => {
  const connections = new RedisConnections({ url: redis.url, keyPrefix: 'sb:' }, 'test');
  const window = new GuestWindow(connections, 4);
  await ingress.post('whatsapp', webhook('whatsapp-text'));
  const [message] = await contents.entries<Envelope<GuestMessage>>(Streams.inbound);
  const wrote = await waitFor(() => window.lastWroteAt(message?.conversation_id ?? ''), { describe: 'the time' });
  expect(wrote).toBe(Date.parse(message?.payload.providerTimestamp ?? ''));
  await connections.close();
  await contents.clear();
});

it('what WhatsApp says about our replies goes to a stream of its own, each notice once', async () => {
  const body = JSON.stringify(
    whatsappStatuses([
      { message, status: 'read' },
      { message, status: 'sent', timestamp: 1_700_000_000 },
      { message: { ...message, id: 'wamid.2', callbackData: 'reply-2' }, status: 'failed', code: 131_026 },
      { message: { ...message, id: 'wamid.3', callbackData: undefined }, status: 'read' },
    ]),
  );
  for (let time = 0; time < 2; time += 1) {
    const answer = await ingress.post('whatsapp', body);
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 0, duplicates: 0 }]);
  }
  const told = (await notices()).map(({ conversation_id, payload }) => ({ conversation_id, ...payload }));
  expect(told).toHaveLength(3);
  expect(told).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        conversation_id: 'reply-1',
        replyId: 'reply-1',
        step: 'read',
        source: 'demo-whatsapp',
      }),
      expect.objectContaining({ replyId: 'reply-1', step: 'sent', at: '2023-11-14T22:13:20.000Z' }),
      expect.objectContaining({ replyId: 'reply-2', step: 'failed', code: 131_026, providerMessageId: 'wamid.2' }),
    ]),
  );
  expect(await contents.entries(Streams.inbound)).toEqual([]);
});
