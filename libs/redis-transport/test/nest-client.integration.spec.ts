import { Controller, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule } from '@nestjs/microservices';
import { type Envelope, envelopeOf, GuestMessage } from '@switchboard/message-schema';
import { askRedis, waitFor } from '@switchboard/testing';
import { firstValueFrom } from 'rxjs';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { RedisClient } from '../src/nest/redis.client.js';
import { said } from './nest-guest.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

describe('the client', () => {
  it('publishes a draft of a message class on its stream, with what it does not say', async () => {
    const taken: string[] = [];
    @Controller()
    class Taker {
      @StreamHandler(GuestMessage, 'g')
      on(batch: Envelope<GuestMessage>[]): void {
        taken.push(...batch.map(({ payload }) => payload.text));
      }
    }
    await scene.start([Taker]);
    const { payload, conversation_id = 'c1' } = said('hello');
    const draft = { from_agent: 'guest:v1', to_agent: 'property:demo', property_id: 'demo', conversation_id, payload };
    await firstValueFrom(scene.client.emit(GuestMessage, draft));
    const message = envelopeOf(GuestMessage, { ...draft, message_id: 'again' });
    expect(await firstValueFrom(scene.client.emit(GuestMessage, message))).toMatchObject({ duplicate: false });
    expect(await firstValueFrom(scene.client.emit(GuestMessage, message))).toMatchObject({ duplicate: true });
    await waitFor(() => taken.length === 2, { describe: 'both messages' });
    await expect(
      firstValueFrom(scene.client.emit(GuestMessage, { ...draft, payload: {} as GuestMessage })),
    ).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    expect(await scene.consumer.messages(GuestMessage)).toHaveLength(2);
  });

  it('is injected by ClientsModule, and closing the application closes its connections', async () => {
    @Controller()
    class Asking implements OnModuleInit {
      constructor(@Inject('BUS') private readonly bus: ClientProxy) {}

      async onModuleInit(): Promise<void> {
        await this.bus.connect();
        await firstValueFrom(this.bus.emit('news', 1));
      }
    }
    const options = { redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix }, clientName: 'asking' };
    @Module({
      imports: [ClientsModule.register([{ name: 'BUS', customClass: RedisClient, options }])],
      controllers: [Asking],
    })
    class App {}
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    expect(await connectionsOf('asking')).toBeGreaterThan(0);
    await app.close();
    await waitFor(async () => (await connectionsOf('asking')) === 0, { describe: 'no connection left' });
  });

  it('says what a pattern may be when it is none', async () => {
    await expect(scene.emit({ nonsense: true } as never, 1)).rejects.toThrow(
      'emit takes a message class, { topic }, { queue } or the name of a topic',
    );
  });

  async function connectionsOf(name: string): Promise<number> {
    const list = String(await askRedis(scene.redis, ['CLIENT', 'LIST']));
    return list.split('\n').filter((line) => line.includes(`name=${name}:`)).length;
  }
});
