import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { type LoadPlan } from '../load/load-plan.js';
import { type BenchMessage } from '../load/bench-message.js';
import { type Receiver, type Sender } from './contestant.js';
import { microservice } from './microservice.js';

/** Sends each message over the Redis transport that Nest comes with; `send` says how. */
export async function openNestSender(
  plan: LoadPlan,
  send: (client: ClientProxy, message: BenchMessage) => Promise<unknown>,
): Promise<Sender> {
  const client = ClientProxyFactory.create({ transport: Transport.REDIS, options: redisOf(plan) });
  await client.connect();
  return {
    send: (messages) => Promise.all(messages.map((message) => send(client, message))),
    close: async () => void (await client.close()),
  };
}

/** A controller behind that transport. */
export async function openNestReceiver(plan: LoadPlan, controller: new () => object): Promise<Receiver> {
  const app = await microservice(controller, { transport: Transport.REDIS, options: redisOf(plan) });
  await app.listen();
  return { start: () => Promise.resolve(), close: () => app.close() };
}

function redisOf({ redisPort }: LoadPlan): { host: string; port: number } {
  return { host: '127.0.0.1', port: redisPort };
}
