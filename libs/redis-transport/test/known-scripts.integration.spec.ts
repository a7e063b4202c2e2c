import { askRedis, type PrivateRedis, startRedis } from '@switchboard/testing';
import { RedisConnections } from '../src/connections/redis-connections.js';
import { script, type ScriptCall } from '../src/scripts/script.js';
import { ScriptRunner } from '../src/scripts/script-runner.js';

const PUSH = script('push', `return redis.call('RPUSH', KEYS[1], ARGV[1])`);

describe('calls of a script', () => {
  let redis: PrivateRedis;
  let connections: RedisConnections;
  beforeAll(async () => {
    redis = await startRedis();
    connections = new RedisConnections({ url: redis.url, keyPrefix: '' }, 'scripts');
  });
  afterAll(async () => {
    await connections.close();
    await redis.stop();
  });

  const push = (value: number): ScriptCall => ({ script: PUSH, keys: ['list'], args: [value] });

  it('are carried out in their order, though somebody else brings the server the script between them', async () => {
    const client = connections.open('command');
    const runner = new ScriptRunner(client, false);
    const first = runner.run([push(1)]);
    // On the same connection, so between the two for certain.
    const brought = client.call('SCRIPT', 'LOAD', PUSH.lua);
    await Promise.all([first, brought, runner.run([push(2)])]);
    expect(await askRedis(redis, ['LRANGE', 'list', '0', '-1'])).toEqual(['1', '2']);
  });

  it('go by hash once the server has the script, and by text again when it has forgotten it', async () => {
    const runner = new ScriptRunner(connections.open('command'), false);
    const calls = async (command: string): Promise<number> => {
      const stats = String(await askRedis(redis, ['INFO', 'commandstats']));
      return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    };
    await runner.run([push(3)]);
    const byText = await calls('eval');
    await runner.run([push(4)]);
    expect(await calls('eval')).toBe(byText);
    await askRedis(redis, ['SCRIPT', 'FLUSH']);
    expect(await runner.run([push(5)])).toEqual([{ reply: expect.any(Number) }]);
    expect(await calls('eval')).toBe(byText + 1);
    expect(await askRedis(redis, ['LRANGE', 'list', '-3', '-1'])).toEqual(['3', '4', '5']);
  });
});
