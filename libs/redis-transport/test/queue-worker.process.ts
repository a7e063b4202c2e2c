import { Keys, RedisConnections, WorkQueue } from '../src/index.js';

/**
 * A worker process for tests that kill it. Arguments: Redis URL, queue name, name of the worker. It marks each finished
 * item in a set, as an effect that must happen, before it says `done`.
 */
const [url, queueName, name] = process.argv.slice(2) as [string, string, string];
const connections = new RedisConnections({ url, keyPrefix: 'test:' }, name);
const effects = connections.open('command');
const queue = new WorkQueue(connections, new Keys('test:'), queueName, {
  visibilityMs: 600,
  lookEveryMs: 200,
  retry: { maxAttempts: 1_000, minBackoffMs: 1, maxBackoffMs: 5 },
});
const worker = queue.worker(name);

async function work(): Promise<void> {
  for (let item; (item = await worker.take());) {
    await effects.hincrby('test:effects', item.id, 1);
    if (item.attempt % 7 === 0) await item.retry(1);
    else await item.done().catch(() => undefined);
  }
}

process.stdout.write('ready\n');
await Promise.all(Array.from({ length: 8 }, () => work()));
