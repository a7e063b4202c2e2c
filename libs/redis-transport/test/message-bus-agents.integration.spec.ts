import { type MessageBus } from '@switchboard/message-bus';
import { askRedis, type PrivateRedis, startRedis, waitFor } from '@switchboard/testing';
import { openRedisMessageBus } from '../src/bus/redis-message-bus.js';
import { RedisConnections } from '../src/connections/redis-connections.js';

const AGENTS = Array.from({ length: 14 }, (_, n) => `agent-${n}`);
const MESSAGES = 5_000;
const PROCESSES = 3;
const IN_FLIGHT = 25;

describe('fourteen agents over three processes', () => {
  let redis: PrivateRedis;
  let processes: { connections: RedisConnections; bus: MessageBus }[];
  const gaps: unknown[] = [];
  /** Sequence numbers by receiver and sender, in the order of arrival. */
  const heard = new Map<string, number[]>();
  let received = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const clients = async (): Promise<number> => {
    const list = String(await askRedis(redis, ['CLIENT', 'LIST']));
    return list.split('\n').filter((line) => line.includes('name=agents')).length;
  };

  function openProcess(n: number) {
    const connections = new RedisConnections({ url: redis.url, keyPrefix: 'a:' }, `agents${n}`);
    const observer = { gap: (gap: unknown) => void gaps.push(gap) };
    const bus = openRedisMessageBus(connections, { service: 'test', member: `p${n}`, gapAfterMs: 200, observer });
    return { connections, bus };
  }

  const busOf = (n: number): MessageBus => (processes[n % PROCESSES] as (typeof processes)[number]).bus;

  async function receive(bus: MessageBus, agent: string): Promise<void> {
    for await (const { message, ack } of withAck(bus, agent)) {
      const pair = `${agent} < ${message.from_agent}`;
      heard.set(pair, [...(heard.get(pair) ?? []), message.sequence ?? 0]);
      received++;
      await ack();
    }
  }

  async function send(bus: MessageBus, n: number, count: number): Promise<void> {
    const from_agent = AGENTS[n] as string;
    for (let at = 0; at < count; at += IN_FLIGHT) {
      const some = Array.from({ length: Math.min(IN_FLIGHT, count - at) }, (_, i) => {
        const to_agent = AGENTS[(n + 1 + ((at + i) % (AGENTS.length - 1))) % AGENTS.length] as string;
        return bus.sendMessage({ message_type: 'note', from_agent, to_agent, payload: { at: at + i } });
      });
      await Promise.all(some);
    }
  }

  it('exchange 5,000 messages: none lost, none twice, each sender in order, no gap', async () => {
    processes = Array.from({ length: PROCESSES }, (_, n) => openProcess(n));
    const receivers = AGENTS.map((agent, n) => receive(busOf(n), agent));
    const share = (n: number): number => Math.floor(MESSAGES / AGENTS.length) + (n < MESSAGES % AGENTS.length ? 1 : 0);
    await Promise.all(AGENTS.map((_, n) => send(busOf(n + 1), n, share(n))));
    await waitFor(() => received >= MESSAGES, { timeoutMs: 30_000, describe: () => `${received} of all came` });
    await Promise.all(processes.map(({ bus }) => bus.close()));
    await Promise.all(receivers);
    expect(received).toBe(MESSAGES);
    expect(heard.size).toBe(AGENTS.length * (AGENTS.length - 1));
    for (const numbers of heard.values()) expect(numbers).toEqual(numbers.map((_, n) => n + 1));
    expect(gaps).toEqual([]);
    const counters = processes.map(({ bus }) => bus.counters);
    expect(counters.reduce((sum, { sent }) => sum + sent, 0)).toBe(MESSAGES);
    expect(counters.reduce((sum, { duplicates, missing }) => sum + duplicates + missing, 0)).toBe(0);
  }, 60_000);

  it('leave no work, no worker and no connection behind', async () => {
    expect(await clients()).toBeGreaterThan(0);
    await Promise.all(processes.map(({ connections }) => connections.close()));
    await waitFor(async () => (await clients()) === 0, { describe: 'all connections are closed' });
    const keys = (await askRedis(redis, ['KEYS', '*'])) as string[];
    const kinds = new Set(
      keys.map((key) =>
        key
          .replace(/^a:/, '')
          .replace(/agent-\d+/, '*')
          .replace(/\{p\d+\}/, '{p}'),
      ),
    );
    const memories = ['dedup', 'bus:numbers', 'bus:given', 'bus:arrived', 'bus:handled'];
    // What is left are memories with a time to live, and the audit trail. Turns of the priorities are remembered, too.
    const expected = [...memories.map((kind) => `agent:*:inbox:{p}:${kind}`), 'audit:messages:{p}'];
    expect([...kinds].filter((kind) => !kind.endsWith(':wheel')).sort()).toEqual(expected.sort());
    const lives = await Promise.all(
      keys.filter((key) => key.includes(':bus:')).map((key) => askRedis(redis, ['PTTL', key])),
    );
    expect(lives.every((ms) => Number(ms) > 0)).toBe(true);
  });
});

async function* withAck(bus: MessageBus, agent: string) {
  for await (const delivery of bus.receiveMessages(agent)) {
    yield { message: delivery.message, ack: () => delivery.ack() };
  }
}
