import { Controller } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive } from './contestant.js';
import { microservice } from './microservice.js';

const PATTERN = 'bench';

/** Requests over the Redis transport that Nest comes with. */
export const nestRedis: Contestant = {
  async openSender(plan) {
    const client = ClientProxyFactory.create({ transport: Transport.REDIS, options: redisOf(plan) });
    await client.connect();
    return {
      send: (messages) => Promise.all(messages.map(({ data }) => firstValueFrom(client.send(PATTERN, { data })))),
      close: async () => void (await client.close()),
    };
  },

  async openReceiver(plan, receive) {
    const app = await microservice(controllerFor(receive), { transport: Transport.REDIS, options: redisOf(plan) });
    await app.listen();
    return { start: () => Promise.resolve(), close: () => app.close() };
  },
};

function redisOf({ redisPort }: LoadPlan): { host: string; port: number } {
  return { host: '127.0.0.1', port: redisPort };
}

function controllerFor(receive: Receive): new () => object {
  @Controller()
  class BenchController {
    @MessagePattern(PATTERN)
    async answer({ data }: { data: string }): Promise<object> {
      await receive([data]);
      return { data };
    }
  }
  return BenchController;
}
