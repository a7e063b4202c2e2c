import { readOptions } from './bench-options.js';
import { ordinary } from './experiments/experiment.js';
import { measureFigures } from './measure-figures.js';
import { resultsOf } from './report/results.js';
import { tableOf } from './report/table.js';
import { redisRestart } from './trials/restart.trial.js';
import { runTrial } from './trials/run-trial.js';
import { governorWakeup } from './trials/wakeup.trial.js';
import { refuseLosses, runWeb } from './web/run-web.js';
import { bareFastify, ingress } from './web/web-contestants.js';
import { runPair } from './worker/run-pair.js';

const small = { ...ordinary, peersFolder: '', warmUp: 100, messages: 2_000, conversations: 50 };
const limits = { timeoutMs: 30_000 };

describe('the benchmark', () => {
  it('counts every message of Switchboard once and in order, warm-up included', async () => {
    const { receiver, perSecond, cpuPer100k } = await runPair(small, limits);
    expect(receiver).toMatchObject({ duplicates: 0, disordered: 0, handlerCalls: 2_100 });
    expect(perSecond).toBeGreaterThan(0);
    expect(cpuPer100k).toBeGreaterThan(0);
  });

  it('counts every message of the bare loop, also when it drains', async () => {
    const { receiver } = await runPair({ ...small, contestant: 'bare', mode: 'drain' }, limits);
    expect(receiver).toMatchObject({ duplicates: 0, disordered: 0, handlerCalls: 2_100 });
  });

  it('times every message of an even load from the moment at which it was due', async () => {
    const send = { kind: 'steady', perSecond: 1_000 } as const;
    const { receiver, perSecond } = await runPair({ ...small, messages: 300, send }, limits);
    expect(receiver.latencyMs?.p50).toBeGreaterThan(0);
    expect(receiver.latencyMs?.p99).toBeGreaterThanOrEqual(receiver.latencyMs?.p50 ?? Infinity);
    expect(perSecond).toBeLessThanOrEqual(1_010);
  });

  it('hands over each burst as one batch', async () => {
    const send = { kind: 'bursts', size: 3, gapMs: 5, everyMs: 10 } as const;
    const { receiver } = await runPair({ ...small, warmUp: 0, messages: 90, quietMs: 500, send }, limits);
    expect(receiver.handlerCalls).toBe(30);
    expect(receiver.latencyMs?.p50).toBeGreaterThanOrEqual(500);
  });

  it('writes value, limit, peer, ratio and spread of each figure, and versions', async () => {
    const options = { ...readOptions([]), only: 'throughput-bare', scale: 0.01, repetitions: 2 };
    const { judged } = await measureFigures(options, () => undefined);
    const versions = { node: 'n', redis: 'r', ioredis: 'i', bullmq: null, groupmq: null, cpus: 'c' };
    const results = resultsOf(judged, versions);
    expect(Object.keys(results)).toEqual(['throughput-bare', 'versions']);
    expect(results['throughput-bare']).toMatchObject({
      limit: 0.7,
      limitOn: 'ratio',
      limitSense: 'at least',
      peerName: 'bare',
    });
    for (const number of ['value', 'peer', 'ratio', 'spread']) {
      expect(results['throughput-bare']).toHaveProperty(number, expect.any(Number));
    }
    expect(tableOf(judged)).toMatch(/throughput-bare .*messages\/s/);
  });

  it('says which figures there are when asked for an unknown one', async () => {
    await expect(measureFigures({ ...readOptions([]), only: 'nothing' }, () => undefined)).rejects.toThrow(
      /no figure nothing.*throughput-bare/,
    );
  });
});

const webhooks = { warmUp: 50, messages: 300, conversations: 20, options: {} } as const;
const flood = { kind: 'flood', window: 16, chunk: 1 } as const;
const LONG_MS = 120_000;

describe('the benchmark of whole services', () => {
  it.each([ingress, bareFastify])(
    'finds every webhook that $name accepted in its streams, once, warm-up included',
    async (contestant) => {
      const { report, stored, cpu } = await runWeb({ ...webhooks, contestant, send: flood });
      expect(report.answers).toEqual({ 200: 300 });
      expect(report.accepted).toHaveLength(350);
      expect(stored).toEqual({ lost: 0, twice: 0, entries: 350 });
      expect(cpu.server).toBeGreaterThan(0);
    },
    LONG_MS,
  );

  it(
    'gives no speed of a server that accepts what it does not store',
    async () => {
      const plan = { ...webhooks, contestant: { ...bareFastify, streams: 'nothing' }, send: flood };
      const result = await runWeb(plan);
      expect(result.stored.lost).toBe(350);
      expect(() => refuseLosses(plan, result)).toThrow(/accepted 350 and stored 0, lost 350/);
    },
    LONG_MS,
  );

  it(
    'times every webhook of an even load from the moment at which it was due',
    async () => {
      const send = { kind: 'steady', perSecond: 500 } as const;
      const { report } = await runWeb({ ...webhooks, contestant: ingress, send });
      expect(report.latencyMs?.p50).toBeGreaterThan(0);
      expect(report.latencyMs?.p99).toBeGreaterThanOrEqual(report.latencyMs?.p50 ?? Infinity);
      expect(report.endedAtMs - report.startedAtMs).toBeGreaterThanOrEqual(299 * 2);
    },
    LONG_MS,
  );

  it(
    'counts what a Redis killed in the midst of the load costs, with and without a spool',
    async () => {
      const conditions = { scale: 0.1, repetitions: 1, tell: () => undefined, hurryFromMs: Infinity };
      const outcomes = await runTrial(redisRestart, ['direct', 'spool'], conditions);
      for (const variant of ['direct', 'spool']) {
        const [found] = outcomes.get(variant) ?? [];
        expect(found).toMatchObject({ wrong: 0, lost: 0, twice: 0 });
        expect((found?.['accepted'] ?? 0) + (found?.['refused'] ?? 0)).toBe(900);
      }
    },
    LONG_MS,
  );

  it(
    'times replies of two senders from the time that the rate governor gave them',
    async () => {
      const found = await governorWakeup.variants['outbound-sender']?.({ scale: 0.1 });
      expect(found?.['waited']).toBeGreaterThan(0);
      expect(found?.['p50']).toBeGreaterThan(0);
      expect(found?.['p99']).toBeGreaterThanOrEqual(found?.['p50'] ?? Infinity);
    },
    LONG_MS,
  );
});
