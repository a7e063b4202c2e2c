import { Consumer, consumerDefaults, type Turn } from '@switchboard/delivery';
import { memberName, RedisConnections, RedisStreamStore } from '@switchboard/redis-transport';
import { DEAD, GROUP, SINK, STREAM } from '../message.js';
import { Random } from '../random.js';
import { planOf } from './actor-plan.js';
import { Record } from './record.js';

/**
 * Handles messages in small batches, some of them slowly or only at the second try, and commits each one together with
 * a line in the sink. Records `deliver <conversation> <n>` for every delivery.
 */
const plan = planOf(process.argv);
const random = new Random(plan.seed);
const record = new Record(plan.record);
const connections = new RedisConnections(plan.redis, plan.name);
const store = new RedisStreamStore(connections);

async function handle(turn: Turn): Promise<void> {
  for (const { id, data } of turn.messages) {
    record.add(`deliver ${data}`);
    turn.emit({ kind: 'message', stream: SINK, id, data });
  }
  const mood = random.next();
  if (mood < 0.3) await new Promise((resolve) => setTimeout(resolve, random.between(1, 50)));
  if (mood > 0.97 && turn.messages.every(({ attempt }) => attempt === 1)) throw new Error('this time it does not work');
}

const options = {
  ...consumerDefaults,
  stream: STREAM,
  group: GROUP,
  member: memberName(),
  deadLetterStream: DEAD,
  batch: { quietMs: 20, maxWaitMs: 200, maxMessages: 10, maxBytes: 1 << 20 },
  // A message is handled or the engine is at fault: deaths of the process must never use up its attempts here.
  retry: { maxAttempts: 1_000, minBackoffMs: 5, maxBackoffMs: 100 },
  leaseTtlMs: 2_000,
};
const consumer = new Consumer(store, options, handle);
process.on('SIGTERM', () => {
  void consumer.stop().then(async () => {
    record.close();
    await connections.close();
    process.exit(0);
  });
});
await consumer.start();
process.stdout.write('ready\n');
