import { infoOf, type PrivateRedis } from '@switchboard/testing';
import { type LoadPlan } from '../load/load-plan.js';
import { type ReceiverReport, type SenderReport } from './reports.js';
import { startBenchRedis } from './bench-redis.js';
import { Worker, type WorkerOptions } from './worker.js';

/** What a pair is to do; the port is that of the Redis made for it. */
export type PairPlan = Omit<LoadPlan, 'redisPort'> & {
  /** `drain`: everything is sent before the receiver begins. */
  readonly mode: 'live' | 'drain';
};

/** What one run of one contestant has shown. */
export interface PairResult {
  /** Messages per second from the first sent (draining: from the end of the warm-up) to the last handled. */
  readonly perSecond: number;
  /** Processor time of sender, receiver and Redis for 100,000 messages, s. */
  readonly cpuPer100k: number;
  readonly sender: SenderReport;
  readonly receiver: ReceiverReport;
  /** Processor time of Redis for the measured messages, s. */
  readonly redisCpuSeconds: number;
}

const READY_MS = 20_000;

/** Runs a sender and a receiver, each a process of its own, on a fresh Redis. */
export async function runPair(
  plan: PairPlan,
  options: WorkerOptions & { readonly timeoutMs: number },
): Promise<PairResult> {
  const redis = await startBenchRedis();
  const load: LoadPlan = { ...plan, redisPort: redis.port };
  const sender = new Worker<SenderReport>('sender', load, options);
  const receiver = new Worker<ReceiverReport>('receiver', load, options);
  try {
    await Promise.all([sender.heard('ready', READY_MS), receiver.heard('ready', READY_MS)]);
    const run = plan.mode === 'live' ? runLive : runDrain;
    return await run({ plan, redis, sender, receiver, timeoutMs: options.timeoutMs });
  } finally {
    await Promise.all([sender.end(), receiver.end()]);
    await redis.stop();
  }
}

interface Pair {
  readonly plan: PairPlan;
  readonly redis: PrivateRedis;
  readonly sender: Worker<SenderReport>;
  readonly receiver: Worker<ReceiverReport>;
  readonly timeoutMs: number;
}

async function runLive({ plan, redis, sender, receiver, timeoutMs }: Pair): Promise<PairResult> {
  receiver.say('go');
  sender.say('go');
  await sender.heard('warm', timeoutMs);
  if (plan.warmUp > 0) await receiver.heard('warm', timeoutMs);
  const cpuBefore = await redisCpuSeconds(redis);
  sender.say('go');
  const [sent, received] = await Promise.all([sender.report(timeoutMs), receiver.report(timeoutMs)]);
  const redisCpu = (await redisCpuSeconds(redis)) - cpuBefore;
  return resultOf(plan, sent, received, { redisCpu, fromMs: sent.startedAtMs });
}

async function runDrain({ plan, redis, sender, receiver, timeoutMs }: Pair): Promise<PairResult> {
  sender.say('go');
  await sender.heard('warm', timeoutMs);
  sender.say('go');
  const sent = await sender.report(timeoutMs);
  const cpuBefore = await redisCpuSeconds(redis);
  receiver.say('go');
  const received = await receiver.report(timeoutMs);
  const redisCpu = (await redisCpuSeconds(redis)) - cpuBefore;
  return resultOf(plan, sent, received, { redisCpu, fromMs: received.warmAtMs });
}

function resultOf(
  { messages }: PairPlan,
  sender: SenderReport,
  receiver: ReceiverReport,
  { redisCpu, fromMs }: { redisCpu: number; fromMs: number },
): PairResult {
  const cpuSeconds = sender.cpuSeconds + receiver.cpuSeconds + redisCpu;
  return {
    perSecond: (messages * 1_000) / (receiver.lastAtMs - fromMs),
    cpuPer100k: (cpuSeconds * 100_000) / messages,
    sender,
    receiver,
    redisCpuSeconds: redisCpu,
  };
}

async function redisCpuSeconds(redis: PrivateRedis): Promise<number> {
  const info = await infoOf(redis, 'cpu');
  return Number(info.get('used_cpu_user')) + Number(info.get('used_cpu_sys'));
}
