import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus, MessageBus } from '@switchboard/message-bus';
import { next } from '@switchboard/message-bus/testing';
import { askRedis, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { MessageBusModule } from '../src/nest/message-bus.module.js';

@Injectable()
class Desk {
  constructor(
    readonly bus: MessageBus,
    readonly events: EventBus,
  ) {}
}

@Module({ providers: [Desk] })
class DeskModule {}

describe('the Nest module of the message bus', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('injects the buses by their classes, and on shutdown drains them and closes their connections', async () => {
    const options = { redis: { url: redis.url, keyPrefix: 'n:' }, service: 'desk-test', member: 'm1', drainMs: 5_000 };
    const testing = await Test.createTestingModule({
      imports: [MessageBusModule.forRoot(options), DeskModule],
    }).compile();
    const app = await testing.init();
    const { bus, events } = app.get(Desk);
    expect(bus).toBeInstanceOf(MessageBus);
    expect(events).toBeInstanceOf(EventBus);
    await bus.sendMessage({ message_type: 'note', from_agent: 'a', to_agent: 'b', payload: {} });
    const delivery = await next(bus.receiveMessages('b'));
    let closed = false;
    const closing = app.close().then(() => (closed = true));
    await waitFor(
      async () =>
        bus.publish('events:a:b', { message_type: 'x', from_agent: 'a', payload: {} }).then(
          () => false,
          (error: { code?: string }) => error.code === 'BUS_CLOSED',
        ),
      { describe: 'the bus is closing' },
    );
    expect(closed).toBe(false);
    await delivery.ack();
    await closing;
    const named = async () => String(await askRedis(redis, ['CLIENT', 'LIST'])).includes('name=desk-test');
    await waitFor(async () => !(await named()), { describe: 'its connections are gone' });
  });
});
