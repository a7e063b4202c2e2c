import { type Figure, type Limit, type LoopFigure, type PairFigure, type TrialFigure } from '../figures/figure.js';
import { type VariantOutcome } from '../run-experiment.js';
import { type TrialOutcomes } from '../trials/run-trial.js';
import { median, spread } from './percentile.js';

/** What came of a figure; numbers are medians over the repetitions, null when they were not measured. */
export interface Judgement {
  readonly value: number | null;
  readonly unit: string;
  readonly limit: number | null;
  readonly limitOn: Limit['on'] | null;
  readonly limitSense: Limit['sense'] | null;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** Median of the ratios of the single repetitions. */
  readonly ratio: number | null;
  /** Greatest less smallest ratio (value, where there is no peer) over the median. */
  readonly spread: number | null;
  /** Null when nothing is required or it was not measured. */
  readonly holds: boolean | null;
  /** Why it was not measured. */
  readonly missing?: string;
}

/** Judges a figure by the outcomes of its experiment's variants. */
export function judge(figure: PairFigure, outcomes: ReadonlyMap<string, VariantOutcome>): Judgement {
  const { against } = figure;
  const own = valuesOf(figure, outcomes.get(figure.of));
  const peers = against === undefined ? [] : valuesOf(figure, outcomes.get(against));
  const frame = { ...frameOf(figure), peerName: against ?? null };
  if (typeof own !== 'string' && typeof peers !== 'string') return { ...frame, ...numbersOf(figure, own, peers) };
  const missing = [own, peers].find((values) => typeof values === 'string');
  const value = typeof own === 'string' ? null : median(own);
  return { ...frame, value, peer: null, ratio: null, spread: null, holds: null, missing: String(missing) };
}

/** Judges a figure by the numbers of its repetitions. */
export function judgeLoop(figure: LoopFigure, values: readonly number[]): Judgement {
  return { ...frameOf(figure), ...numbersOf(figure, values, []) };
}

/** Judges a figure by what its trial's variants found. */
export function judgeTrial(figure: TrialFigure, outcomes: TrialOutcomes): Judgement {
  const { against, finding, gather = 'median' } = figure;
  const found = (variant: string): number[] =>
    (outcomes.get(variant) ?? []).map((findings) => findings[finding] ?? NaN);
  const own = found(figure.of);
  const values = gather === 'sum' ? [own.reduce((sum, value) => sum + value, 0)] : own;
  const peers = against === undefined ? [] : found(against);
  return { ...frameOf(figure), peerName: against ?? null, ...numbersOf(figure, values, peers) };
}

function frameOf({ limit, unit }: Figure) {
  return {
    unit,
    limit: limit?.bound ?? null,
    limitOn: limit?.on ?? null,
    limitSense: limit?.sense ?? null,
    peerName: null,
  };
}

function numbersOf({ limit }: Figure, own: readonly number[], peers: readonly number[]) {
  const ratios = peers.map((peer, i) => (own[i] as number) / peer);
  const value = median(own);
  const ratio = ratios.length > 0 ? median(ratios) : null;
  const peer = peers.length > 0 ? median(peers) : null;
  const judged = limit?.on === 'value' ? value : ratio;
  const holds = limit && judged !== null ? isWithin(limit, judged) : null;
  return { value, peer, ratio, spread: spread(ratios.length > 0 ? ratios : own), holds };
}

function isWithin({ sense, bound }: Limit, judged: number): boolean {
  return sense === 'at least' ? judged >= bound : judged <= bound;
}

/** The figure's numbers by repetition, or why there are none. */
function valuesOf({ read }: PairFigure, outcome: VariantOutcome | undefined): number[] | string {
  if (!outcome) return 'not run';
  return 'missing' in outcome ? outcome.missing : outcome.results.map(read);
}
