import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@switchboard/testing';
import { ingress } from '../web/web-contestants.js';
import { runWeb, type WebScene } from '../web/run-web.js';
import { type Findings, type Trial, type TrialConditions } from './trial.js';

const PER_SECOND = 1_000;
const MESSAGES = 9_000;
/** Redis is away for this time, and for as long as it takes to start. */
const DOWN_MS = 1_000;
const DRAINED_MS = 60_000;

/** Takes Redis away after a third of the load. */
async function restart({ redis }: WebScene, loadMs: number): Promise<void> {
  await pause(loadMs / 3);
  await redis.kill('SIGKILL');
  await pause(Math.min(DOWN_MS, loadMs / 10));
  await redis.restart();
}

/** What waits on the disk is in the streams when the spool is empty. */
async function emptySpool({ server }: WebScene): Promise<void> {
  const look = async (): Promise<boolean> => {
    const answer = await fetch(`${server.url}/health/ready`);
    const { checks } = (await answer.json()) as { checks: { storage?: { detail?: { messages?: number } } } };
    return answer.status === 200 && (checks.storage === undefined || checks.storage.detail?.messages === 0);
  };
  await waitFor(look, { describe: 'the ingress is ready and its spool empty', timeoutMs: DRAINED_MS });
}

async function run(spoolDir: string | undefined, { scale, profileFolder }: TrialConditions): Promise<Findings> {
  const messages = Math.ceil(MESSAGES * scale);
  const { report, stored } = await runWeb({
    contestant: ingress,
    warmUp: Math.ceil(2_000 * scale),
    messages,
    conversations: 1_000,
    send: { kind: 'steady', perSecond: PER_SECOND },
    // As in production: with `everysec` Redis may answer before it has written.
    appendfsync: 'always',
    options: { spoolDir, profileFolder },
    meanwhile: (scene) => restart(scene, (messages * 1_000) / PER_SECOND),
    settled: emptySpool,
  });
  const refused = report.answers['503'] ?? 0;
  const accepted = Object.entries(report.answers).reduce(
    (sum, [status, n]) => sum + (status.startsWith('2') ? n : 0),
    0,
  );
  return {
    accepted,
    refused,
    wrong: messages - accepted - refused,
    lost: stored.lost,
    twice: stored.twice,
    slowest99: report.latencyMs?.p99 ?? NaN,
  };
}

async function runWithSpool(conditions: TrialConditions): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-spool-'));
  try {
    return await run(folder, conditions);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Redis is killed in the midst of an even load and comes back on the same data. */
export const redisRestart: Trial = {
  name: 'ingress-restart',
  repetitions: 2,
  variants: { direct: (conditions) => run(undefined, conditions), spool: runWithSpool },
};
