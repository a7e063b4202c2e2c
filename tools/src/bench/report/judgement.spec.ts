import { atLeast, atMost, type PairFigure } from '../figures/figure.js';
import { throughput } from '../experiments/throughput.experiment.js';
import { type PairResult } from '../worker/run-pair.js';
import { type VariantOutcome } from '../run-experiment.js';
import { judge } from './judgement.js';

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
