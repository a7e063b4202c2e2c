import { join } from 'node:path';
import {
  mostInAnyWindow,
  type PrivateRedis,
  type RunningProcess,
  startProcess,
  startRedis,
} from '@switchboard/testing';
import { CallRecord } from './call-record.js';
import { type CallPlan } from './rate-caller.process.js';

const PROCESSES = 3;

/** Some limits of each kind that bite, among them two on one scope. */
const limits = {
  app: [{ calls: 40, windowMs: 1_000 }],
  sender: [
    { calls: 25, windowMs: 1_000 },
    { calls: 5, windowMs: 100 },
  ],
  pair: [{ calls: 1, windowMs: 300 }],
} satisfies CallPlan['limits'];

describe('several processes that send as fast as they may', () => {
  let redis: PrivateRedis;
  let record: CallRecord;
  const processes: RunningProcess[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    record = await CallRecord.start();
  });

  afterAll(async () => {
    await Promise.all(processes.map((caller) => caller.kill('SIGKILL')));
    record?.close();
    await redis?.stop();
  });

  const start = (number: number): Promise<RunningProcess> => {
    const plan: CallPlan = { name: `caller-${number}`, calls: 100, senders: 2, guests: 20, limits };
    return startProcess({
      command: 'node',
      args: [
        '--import',
        '@swc-node/register/esm-register',
        '--conditions=@switchboard/source',
        join(import.meta.dirname, 'rate-caller.process.ts'),
        ...[redis.url, record.url, JSON.stringify(plan)],
      ],
      cwd: join(import.meta.dirname, '../../..'),
      env: { NODE_OPTIONS: undefined, NODE_ENV: 'test' },
      readyWhen: /^ready$/,
    });
  };

  it('never make more calls than any limit allows, in any window, and ask no more than they must', async () => {
    for (let number = 0; number < PROCESSES; number += 1) processes.push(await start(number));
    for (const caller of processes) caller.signal('SIGUSR2');
    await Promise.all(processes.map((caller) => caller.awaitLine(/^done$/, 60_000)));

    expect(record.total).toBe(PROCESSES * 100);
    for (const scope of ['app', 'sender', 'pair'] as const) {
      for (const limit of limits[scope]) {
        for (const times of record.by(scope)) {
          expect(mostInAnyWindow(times, limit.windowMs)).toBeLessThanOrEqual(limit.calls);
        }
      }
    }
    const asked = processes.flatMap(({ lines }) =>
      lines.flatMap((line) => /^asked (\d+)$/.exec(line)?.[1] ?? []).map(Number),
    );
    expect(asked).toHaveLength(PROCESSES * 100);
    const average = asked.reduce((sum, times) => sum + times, 0) / asked.length;
    // Two are the rule; a call that lasted longer than its forerunners makes those behind it ask once more.
    expect(average).toBeLessThan(4);
  }, 90_000);
});
