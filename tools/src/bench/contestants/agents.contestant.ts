import { type MessageBus } from '@switchboard/message-bus';
import { openRedisMessageBus, RedisConnections } from '@switchboard/redis-transport';
import { type LoadPlan } from '../load/load-plan.js';
import { type Contestant, type Receive } from './contestant.js';

/** Agents that write to each other, each with an inbox of its own. */
const AGENTS = Array.from({ length: 14 }, (_, n) => `agent-${n}`);

/** Letters over the message bus: sequence numbers, deduplication, acknowledgement, audit. */
export const agents: Contestant = {
  openSender(plan) {
    const { connections, bus } = open(plan, 'sender');
    let n = 0;
    return Promise.resolve({
      send: (messages) =>
        Promise.all(
          messages.map(({ id, data }) => {
            const [from_agent, to_agent] = [agentOf(n), agentOf(n * 5 + 1)];
            n++;
            return bus.sendMessage({ message_id: id, message_type: 'note', from_agent, to_agent, payload: { data } });
          }),
        ),
      close: async () => {
        await bus.close();
        await connections.close();
      },
    });
  },

  openReceiver(plan, receive) {
    const { connections, bus } = open(plan, 'receiver');
    return Promise.resolve({
      start: () => {
        for (const agent of AGENTS) void listen(bus, agent, receive);
        return Promise.resolve();
      },
      close: async () => {
        await bus.close();
        await connections.close();
      },
    });
  },
};

function agentOf(n: number): string {
  return AGENTS[n % AGENTS.length] as string;
}

async function listen(bus: MessageBus, agent: string, receive: Receive): Promise<void> {
  for await (const delivery of bus.receiveMessages(agent)) {
    await receive([(delivery.message.payload as { data: string }).data]);
    await delivery.ack();
  }
}

function open({ redisPort }: LoadPlan, name: string): { connections: RedisConnections; bus: MessageBus } {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: 'sb:' }, name);
  return { connections, bus: openRedisMessageBus(connections, { service: 'bench', member: `bench-${name}` }) };
}
