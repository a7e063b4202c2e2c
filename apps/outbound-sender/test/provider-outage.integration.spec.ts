import { Streams } from '@switchboard/message-schema';
import { openService, type RunningService } from '@switchboard/service-kit';
import { type FakeWhatsApp, type PrivateRedis, startFakeWhatsApp, startRedis, waitFor } from '@switchboard/testing';
import { outboundSender } from '../src/service.js';
import { addresses, PARTITIONS, ReplyStream } from './reply-stream.js';

/** Two trials of the circuit breaker fail, too. */
const FAILURES = 7;

describe('a reply that is alone while its provider is in trouble', () => {
  let redis: PrivateRedis;
  let replies: ReplyStream;
  let whatsapp: FakeWhatsApp;
  let service: RunningService;

  beforeAll(async () => {
    redis = await startRedis();
    replies = new ReplyStream(redis.url);
    whatsapp = await startFakeWhatsApp();
    const env = { PORT: '0', HOST: '127.0.0.1', REDIS_URL: redis.url, PARTITIONS: String(PARTITIONS) };
    service = await openService(
      outboundSender,
      { ...env, DEMO_WHATSAPP_URL: whatsapp.url },
      { write: () => undefined },
    );
  });

  afterAll(async () => {
    await service?.stop();
    await whatsapp?.close();
    replies?.close();
    await redis?.stop();
  });

  it('outlives more failures than it may have of its own', async () => {
    whatsapp.failNext(FAILURES, { status: 500 });
    await replies.say('alone', addresses.whatsapp, 'whatsapp:alone');
    await waitFor(() => whatsapp.received.length === 1, { describe: 'the reply is sent', timeoutMs: 25_000 });
    expect(whatsapp.requests).toBe(FAILURES + 1);
    expect(await replies.entries(`${Streams.outbound}:dead_letter`)).toEqual([]);
  });
});
