import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type Contestant, type Receive } from './contestant.js';
import { openNestReceiver, openNestSender } from './nest-redis-transport.js';

const PATTERN = 'bench';

/** Events over the Redis transport that Nest comes with, which are Pub/Sub too. */
export const nestBroadcast: Contestant = {
  openSender: (plan) =>
    openNestSender(plan, (client, { data }) =>
      lastValueFrom(client.emit(PATTERN, { data }), { defaultValue: undefined }),
    ),
  openReceiver: (plan, receive) => openNestReceiver(plan, controllerFor(receive)),
};

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
