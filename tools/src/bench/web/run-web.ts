import { type PrivateRedis } from '@switchboard/testing';
import { type MessagePlan, totalOf } from '../load/load-plan.js';
import { startBenchRedis } from '../worker/bench-redis.js';
import { Worker } from '../worker/worker.js';
import { type LoggedProcess } from './logged-process.js';
import { processCpuSeconds } from './process-cpu.js';
import { type RequestPlan, type RequestReport } from './request-plan.js';
import { accountOfStored, type StoredAccount } from './stored-messages.js';
import { type WebContestant, type WebServerOptions } from './web-contestants.js';

export interface WebPlan extends MessagePlan {
  readonly contestant: WebContestant;
  readonly appendfsync?: 'everysec' | 'always';
  readonly options: Omit<WebServerOptions, 'redisPort'>;
  /** Happens beside the measured requests; the stored messages are counted when it is over. */
  readonly meanwhile?: (scene: WebScene) => Promise<void>;
  /** Resolves when the server has stored what it accepted; at once by default. */
  readonly settled?: (scene: WebScene) => Promise<void>;
}

export interface WebScene {
  readonly redis: PrivateRedis;
  readonly server: LoggedProcess;
}

export interface WebResult {
  readonly report: RequestReport;
  readonly stored: StoredAccount;
  /** Processor time of the server and of its Redis for one measured request, µs. */
  readonly cpu: { readonly server: number; readonly redis: number };
}

const READY_MS = 30_000;
const RUN_TIMEOUT_MS = 120_000;

/** Loads a server, a process of its own on a fresh Redis, from another process, and counts what was stored. */
export async function runWeb({
  contestant,
  appendfsync,
  options,
  meanwhile,
  settled,
  ...plan
}: WebPlan): Promise<WebResult> {
  const redis = await startBenchRedis(appendfsync);
  let server: LoggedProcess | undefined;
  let requester: Worker<RequestReport> | undefined;
  try {
    server = await contestant.start({ ...options, redisPort: redis.port });
    const scene = { redis, server };
    const request: RequestPlan = { ...plan, contestant: contestant.name, port: server.port };
    requester = new Worker<RequestReport>('requester', request, options);
    await requester.heard('ready', READY_MS);
    requester.say('go');
    await requester.heard('warm', RUN_TIMEOUT_MS);
    const before = await cpuOf(scene);
    requester.say('go');
    const [report] = await Promise.all([requester.report(RUN_TIMEOUT_MS), meanwhile?.(scene)]);
    const after = await cpuOf(scene);
    const each = (of: keyof WebResult['cpu']): number => ((after[of] - before[of]) * 1e6) / plan.messages;
    await settled?.(scene);
    const stored = await accountOfStored(redis.port, contestant.streams, report.accepted);
    return { report, stored, cpu: { server: each('server'), redis: each('redis') } };
  } finally {
    await requester?.end();
    await server?.stop();
    await redis.stop();
  }
}

async function cpuOf({ redis, server }: WebScene): Promise<WebResult['cpu']> {
  const [ofServer, ofRedis] = await Promise.all([server.pid, redis.pid].map(processCpuSeconds));
  return { server: ofServer ?? NaN, redis: ofRedis ?? NaN };
}

/** What was not accepted, lost or stored twice makes a measured speed worthless. @throws Error that says how many */
export function refuseLosses({ contestant, ...plan }: WebPlan, { report, stored }: WebResult): void {
  const wanted = totalOf(plan);
  if (report.accepted.length === wanted && stored.entries === wanted && stored.lost + stored.twice === 0) return;
  throw new Error(
    `Of ${wanted} webhooks ${contestant.name} accepted ${report.accepted.length} and stored ${stored.entries}, ` +
      `lost ${stored.lost} and stored ${stored.twice} twice; answers ${JSON.stringify(report.answers)}`,
  );
}
