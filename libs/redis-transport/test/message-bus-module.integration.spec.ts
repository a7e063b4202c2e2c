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
    await waitFor(() => refusesListeners(bus), { describe: 'the bus is closing' });
    await bus.publish('events:a:b', { message_type: 'x', from_agent: 'a', payload: {} });
    expect(closed).toBe(false);
    await delivery.ack();
    await closing;
    const named = async () => String(await askRedis(redis, ['CLIENT', 'LIST'])).includes('name=desk-test');
    await waitFor(async () => !(await named()), { describe: 'its connections are gone' });
  });
});

/** Whether it is closing: who ends what was begun may still send, but nobody begins to listen. */
function refusesListeners(bus: MessageBus): boolean {
  try {
    void bus.subscribe('events:a:b').return?.();
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'BUS_CLOSED';
  }
}
