import { Controller } from '@nestjs/common';
import { ClientProxyFactory, EventPattern, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive } from './contestant.js';
import { microservice } from './microservice.js';

const PATTERN = 'bench';

/** Events over the Redis transport that Nest comes with, which are Pub/Sub too. */
export const nestBroadcast: Contestant = {
  async openSender(plan) {
    const client = ClientProxyFactory.create({ transport: Transport.REDIS, options: redisOf(plan) });
    await client.connect();
    const emit = ({ data }: { data: string }) =>
      lastValueFrom(client.emit(PATTERN, { data }), { defaultValue: undefined });
    return {
      send: (messages) => Promise.all(messages.map(emit)),
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
    @EventPattern(PATTERN)
    async take({ data }: { data: string }): Promise<void> {
      await receive([data]);
    }
  }
  return BenchController;
}
