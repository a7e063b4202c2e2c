import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type Contestant, type Receive } from './contestant.js';
import { openNestReceiver, openNestSender } from './nest-redis-transport.js';

const PATTERN = 'bench';

/** Requests over the Redis transport that Nest comes with. */
export const nestRedis: Contestant = {
  openSender: (plan) => openNestSender(plan, (client, { data }) => firstValueFrom(client.send(PATTERN, { data }))),
  openReceiver: (plan, receive) => openNestReceiver(plan, controllerFor(receive)),
};

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
