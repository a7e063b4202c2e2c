import { Controller } from '@nestjs/common';
import { RedisClient, RedisServer, RequestHandler } from '@switchboard/redis-transport';
import { firstValueFrom } from 'rxjs';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive } from './contestant.js';
import { microservice } from './microservice.js';

const ADDRESS = 'bench';

/** Requests over Switchboard: a message counts as sent when its answer has come. */
export const requests: Contestant = {
  openSender(plan) {
    const client = new RedisClient({ redis: redisOf(plan), clientName: 'sender', timeoutMs: 30_000 });
    return Promise.resolve({
      send: (messages) => Promise.all(messages.map(({ data }) => firstValueFrom(client.send(ADDRESS, { data })))),
      close: () => client.close(),
    });
  },

  async openReceiver(plan, receive) {
    const strategy = new RedisServer({ redis: redisOf(plan), clientName: 'receiver' });
    const app = await microservice(controllerFor(receive), { strategy });
    await app.listen();
    return { start: () => Promise.resolve(), close: () => app.close() };
  },
};

function redisOf({ redisPort }: LoadPlan): { url: string; keyPrefix: string } {
  return { url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' };
}

function controllerFor(receive: Receive): new () => object {
  @Controller()
  class BenchController {
    @RequestHandler(ADDRESS)
    async answer(body: unknown): Promise<object> {
      const { data } = body as { data: string };
      await receive([data]);
      return { data };
    }
  }
  return BenchController;
}
