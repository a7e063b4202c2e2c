import { Controller } from '@nestjs/common';
import { consumerDefaults } from '@switchboard/delivery';
import { type Envelope } from '@switchboard/message-schema';
import { RedisServer, StreamHandler } from '@switchboard/redis-transport';
import { BenchPayload, contentsOf } from '../load/bench-envelope.js';
import { type Contestant, type Receive } from './contestant.js';
import { openEnvelopeSender, openStreams } from './envelope-sender.js';
import { microservice } from './microservice.js';

/** A Nest microservice with a stream handler: the same engine, through the strategy. */
export const nest: Contestant = {
  openSender: openEnvelopeSender,

  async openReceiver(plan, receive) {
    const { connections, store } = openStreams(plan, 'receiver');
    const strategy = new RedisServer({
      connections,
      store,
      consumer: {
        partitions: plan.partitions,
        concurrency: plan.concurrency,
        batch: { ...consumerDefaults.batch, quietMs: plan.quietMs, maxMessages: 1 },
      },
    });
    const app = await microservice(controllerFor(receive), { strategy });
    return {
      start: async () => void (await app.listen()),
      close: async () => {
        await app.close();
        await connections.close();
      },
    };
  },
};

function controllerFor(receive: Receive): new () => object {
  @Controller()
  class BenchController {
    @StreamHandler(BenchPayload, 'bench-group')
    onMessages(batch: Envelope<BenchPayload>[]): void | Promise<void> {
      return receive(contentsOf(batch));
    }
  }
  return BenchController;
}
