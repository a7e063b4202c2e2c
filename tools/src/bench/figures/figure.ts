import { type Experiment } from '../experiments/experiment.js';
import { type Loop } from '../loops/loop.js';
import { type Trial } from '../trials/trial.js';
import { type PairResult } from '../worker/run-pair.js';

/** What a figure must reach: its ratio to the peer's, or its own value. */
export interface Limit {
  readonly on: 'ratio' | 'value';
  readonly sense: 'at least' | 'at most';
  readonly bound: number;
}

interface FigureFrame {
  /** `--only` takes it. */
  readonly name: string;
  readonly about: string;
  readonly unit: string;
  /** Absent for a figure that is only shown. */
  readonly limit?: Limit;
}

/** One number that an experiment gives, compared with the same number of another variant. */
export interface PairFigure extends FigureFrame {
  readonly experiment: Experiment;
  /** Variant that is judged. */
  readonly of: string;
  /** Variant it is compared with. */
  readonly against?: string;
  readonly read: (result: PairResult) => number;
}

/** The time that one turn of a loop takes, µs. */
export interface LoopFigure extends FigureFrame {
  readonly loop: Loop;
}

/** One number that a trial finds, compared with the same number of another variant. */
export interface TrialFigure extends FigureFrame {
  readonly trial: Trial;
  /** Variant that is judged. */
  readonly of: string;
  /** Variant it is compared with. */
  readonly against?: string;
  /** Name of the number. */
  readonly finding: string;
  /** What counts of the repetitions: their median, or the sum of all, so that no single fault is passed over. */
  readonly gather?: 'median' | 'sum';
}

export type Figure = PairFigure | LoopFigure | TrialFigure;

export function atLeast(bound: number, on: Limit['on'] = 'ratio'): Limit {
  return { on, sense: 'at least', bound };
}

export function atMost(bound: number, on: Limit['on'] = 'ratio'): Limit {
  return { on, sense: 'at most', bound };
}
