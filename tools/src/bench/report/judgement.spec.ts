import { atLeast, atMost, type PairFigure, type TrialFigure } from '../figures/figure.js';
import { throughput } from '../experiments/throughput.experiment.js';
import { type PairResult } from '../worker/run-pair.js';
import { type VariantOutcome } from '../run-experiment.js';
import { judge, judgeTrial } from './judgement.js';

const alone: PairFigure = {
  name: 'f',
  about: 'a figure',
  unit: 'messages/s',
  experiment: throughput,
  of: 'switchboard',
  read: ({ perSecond }) => perSecond,
  limit: atLeast(0.7),
};
const figure: PairFigure = { ...alone, against: 'bare' };

function results(...rates: number[]): { results: PairResult[] } {
  return { results: rates.map((perSecond) => ({ perSecond }) as PairResult) };
}

describe('a figure', () => {
  it('is judged by the median of the ratios of single rounds, not by the ratio of medians', () => {
    const outcomes = new Map([
      ['switchboard', results(80, 10, 90)],
      ['bare', results(100, 12, 300)],
    ]);
    const { ratio, value, peer, holds, spread } = judge(figure, outcomes);
    expect({ ratio, value, peer, holds }).toEqual({ ratio: 0.8, value: 80, peer: 100, holds: true });
    expect(spread).toBeCloseTo((10 / 12 - 0.3) / 0.8);
  });

  it('is missed on the wrong side of its limit', () => {
    const outcomes = new Map([
      ['switchboard', results(60)],
      ['bare', results(100)],
    ]);
    expect(judge(figure, outcomes).holds).toBe(false);
    expect(judge({ ...figure, limit: atMost(0.7) }, outcomes).holds).toBe(true);
  });

  it('may be judged by its own value', () => {
    const outcomes = new Map([['switchboard', results(260)]]);
    expect(judge({ ...alone, limit: atMost(250, 'value') }, outcomes)).toMatchObject({
      value: 260,
      ratio: null,
      holds: false,
    });
  });

  it('is never invented: a peer that did not run leaves ratio and verdict open, with the reason', () => {
    const outcomes = new Map<string, VariantOutcome>([
      ['switchboard', results(60)],
      ['bare', { missing: 'no network' }],
    ]);
    expect(judge(figure, outcomes)).toMatchObject({
      value: 60,
      peer: null,
      ratio: null,
      holds: null,
      missing: 'no network',
    });
  });
});

describe('a figure of a trial', () => {
  const trial = { name: 't', repetitions: 3, variants: {} };
  const lost: TrialFigure = {
    name: 'f',
    about: 'a figure',
    unit: 'requests',
    trial,
    of: 'own',
    finding: 'lost',
    limit: atMost(0, 'value'),
  };

  it('is missed by a single fault in many repetitions when their sum counts', () => {
    const outcomes = new Map([['own', [{ lost: 0 }, { lost: 1 }, { lost: 0 }]]]);
    expect(judgeTrial({ ...lost, gather: 'sum' }, outcomes)).toMatchObject({ value: 1, holds: false });
    expect(judgeTrial(lost, outcomes)).toMatchObject({ value: 0, holds: true });
  });

  it('has no spread when every repetition found the same', () => {
    const outcomes = new Map([['own', [{ lost: 0 }, { lost: 0 }]]]);
    expect(judgeTrial(lost, outcomes)).toMatchObject({ value: 0, spread: 0, holds: true });
  });

  it('compares with the same finding of its peer, and misses what was not found', () => {
    const outcomes = new Map([
      ['own', [{ lost: 2 }]],
      ['peer', [{ lost: 4 }]],
    ]);
    const compared = { ...lost, against: 'peer', limit: atMost(1) };
    expect(judgeTrial(compared, outcomes)).toMatchObject({ ratio: 0.5, peer: 4, peerName: 'peer', holds: true });
    expect(judgeTrial({ ...compared, finding: 'other' }, outcomes).holds).toBe(false);
  });
});
