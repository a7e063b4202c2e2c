import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, type MicroserviceOptions } from '@nestjs/microservices';
import { type Envelope, GuestMessage } from '@switchboard/message-schema';
import { StreamHandler } from '../src/nest/handlers/stream-handler.decorator.js';
import { RedisServer } from '../src/nest/redis.server.js';
import { startConsumer } from '../src/testing/start-consumer.js';
import { NestScene } from './nest-scene.js';

const scene = NestScene.forTests();

type Batch = Envelope<GuestMessage>[];

describe('a start is refused', () => {
  const listen = async (...controllers: (new () => object)[]): Promise<unknown> => {
    const strategy = new RedisServer({ redis: { url: scene.redis.url, keyPrefix: scene.keyPrefix }, partitions: 1 });
    class App {}
    const options: MicroserviceOptions & { logger: false } = { strategy, logger: false };
    const app = await NestFactory.createMicroservice({ module: App, controllers }, { ...options, abortOnError: false });
    const refusal = await app.listen().catch((error: unknown) => error);
    await app.close();
    return refusal;
  };

  it('when two handlers take one pattern: the sentence names both', async () => {
    @Controller()
    class Left {
      @StreamHandler(GuestMessage, 'g')
      onLeft(_batch: Batch): void {}
    }
    @Controller()
    class Right {
      @StreamHandler(GuestMessage, 'g')
      onRight(_batch: Batch): void {}
    }
    expect(await listen(Left, Right)).toMatchObject({
      message:
        'Left.onLeft and Right.onRight both handle stream msi:messages, group g: give one of them a group of its own.',
    });
  });

  it('when a handler has none of our decorators', async () => {
    @Controller()
    class Foreign {
      @EventPattern('somewhere')
      on(_body: unknown): void {}
    }
    expect(await listen(Foreign)).toMatchObject({
      message: expect.stringMatching(/^The handler of somewhere has none of @StreamHandler/) as string,
    });
  });

  it('when the stream exists with another number of partitions', async () => {
    @Controller()
    class One {
      @StreamHandler(GuestMessage, 'g')
      on(_batch: Batch): void {}
    }
    const two = await startConsumer(
      { controllers: [One] },
      { redisUrl: scene.redis.url, keyPrefix: scene.keyPrefix, partitions: 2 },
    );
    await two.stop();
    expect(await listen(One)).toMatchObject({ code: 'PARTITION_COUNT_MISMATCH' });
  });

  it('when a class is no message: at once, where it is decorated', () => {
    class Nothing {}
    expect(() => StreamHandler(Nothing, 'g')(Nothing.prototype, 'on', { value: () => undefined })).toThrow(
      'Nothing is no message: it has no @Message decorator',
    );
  });
});
