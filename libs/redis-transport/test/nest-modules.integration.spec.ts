import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type DeliveryObserver } from '@switchboard/delivery';
import { EventBus, MessageBus } from '@switchboard/message-bus';
import { GuestMessage } from '@switchboard/message-schema';
import { askRedis, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { type RedisSettings } from '../src/connections/redis-settings.js';
import { MessagePublisher } from '../src/messages/message-publisher.js';
import { MessageBusModule } from '../src/nest/message-bus.module.js';
import { DELIVERY_OBSERVER, HANDLER_OBSERVER, RedisTransportModule } from '../src/nest/redis-transport.module.js';
import { testMessage } from '../src/testing/fake-turn.js';
import { said } from './nest-guest.js';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

/** Settings that are known only when the application starts. */
@Injectable()
class LateSettings {
  readonly redis: RedisSettings = { url: redis.url, keyPrefix: 'late:' };
}

@Module({ providers: [LateSettings], exports: [LateSettings] })
class SettingsModule {}

const connectionsOf = async (name: string): Promise<boolean> =>
  String(await askRedis(redis, ['CLIENT', 'LIST'])).includes(`name=${name}`);

it('the transport takes options that other providers know, and closes its connections at the end', async () => {
  const deliveryObserver: DeliveryObserver = {};
  const transport = RedisTransportModule.forRootAsync({
    imports: [SettingsModule],
    inject: [LateSettings],
    useFactory: (settings: LateSettings) =>
      Promise.resolve({
        redis: settings.redis,
        clientName: 'late-transport',
        store: { partitions: 1 },
        deliveryObserver,
      }),
  });
  const app = await (await Test.createTestingModule({ imports: [transport] }).compile()).init();
  const message = testMessage(GuestMessage, said('hello'));
  expect(await app.get(MessagePublisher).publish(message)).toMatchObject({ duplicate: false });
  expect(app.get(RedisConnections).keyPrefix).toBe('late:');
  expect(app.get<DeliveryObserver>(DELIVERY_OBSERVER)).toBe(deliveryObserver);
  expect(app.get(HANDLER_OBSERVER)).toEqual({});
  expect(await connectionsOf('late-transport')).toBe(true);
  await app.close();
  await waitFor(async () => !(await connectionsOf('late-transport')), { describe: 'no connection left' });
});

it('the message bus takes options that other providers know, and closes its connections at the end', async () => {
  const buses = MessageBusModule.forRootAsync({
    imports: [SettingsModule],
    inject: [LateSettings],
    useFactory: (settings: LateSettings) => ({ redis: settings.redis, service: 'late-bus', member: 'm1' }),
  });
  const app = await (await Test.createTestingModule({ imports: [buses] }).compile()).init();
  await app.get(MessageBus).sendMessage({ message_type: 'note', from_agent: 'a', to_agent: 'b', payload: {} });
  expect(app.get(EventBus)).toBeInstanceOf(EventBus);
  expect(await connectionsOf('late-bus')).toBe(true);
  await app.close();
  await waitFor(async () => !(await connectionsOf('late-bus')), { describe: 'no connection left' });
});

it('a module whose options cannot be made does not start', async () => {
  const transport = RedisTransportModule.forRootAsync({ useFactory: () => Promise.reject(new Error('no settings')) });
  await expect(Test.createTestingModule({ imports: [transport] }).compile()).rejects.toThrow('no settings');
});
