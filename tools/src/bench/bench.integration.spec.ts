import { readOptions } from './bench-options.js';
import { ordinary } from './experiments/experiment.js';
import { measureFigures } from './measure-figures.js';
import { resultsOf } from './report/results.js';
import { tableOf } from './report/table.js';
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
