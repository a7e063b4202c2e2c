import { type BenchOptions } from './bench-options.js';
import { type Figure, type LoopFigure, type PairFigure, type TrialFigure } from './figures/figure.js';
import { chosenFrom, figuresFor } from './figures/figures.js';
import { noPeers, type Peers, installPeers } from './peers/install-peers.js';
import { runLoop } from './loops/run-loop.js';
import { judge, judgeLoop, judgeTrial, type Judgement } from './report/judgement.js';
import { runExperiment } from './run-experiment.js';
import { runTrial } from './trials/run-trial.js';

/** After this time nothing is repeated any more, so that the whole run ends within a quarter of an hour on a slow machine. */
const HURRY_AFTER_MS = 8 * 60_000;

export interface Measured {
  /** In the order of the table. */
  readonly judged: readonly (readonly [figure: Figure, judgement: Judgement])[];
  readonly peers: Peers;
}

/**
 * Measures the chosen figures; each experiment runs once, whatever the number of figures that read it.
 *
 * @param tell hears what has been done so far
 * @throws when Switchboard fails, loses or disorders a message
 */
export async function measureFigures(options: BenchOptions, tell: (line: string) => void): Promise<Measured> {
  const figures = chosenFrom(figuresFor(options.backlog), options.only);
  const pairs = figures.filter((figure): figure is PairFigure => 'experiment' in figure);
  const loops = figures.filter((figure): figure is LoopFigure => 'loop' in figure);
  const trials = figures.filter((figure): figure is TrialFigure => 'trial' in figure);
  const peers = pairs.some(isAgainstPeer) ? await installPeers(tell) : noPeers;
  const conditions = { ...options, peers, tell, hurryFromMs: performance.now() + HURRY_AFTER_MS };
  const judgements = new Map<Figure, Judgement>();
  for (const experiment of new Set(pairs.map((figure) => figure.experiment))) {
    const readers = pairs.filter((figure) => figure.experiment === experiment);
    const outcomes = await runExperiment(experiment, variantsOf(readers), conditions);
    for (const figure of readers) judgements.set(figure, judge(figure, outcomes));
  }
  for (const figure of loops) judgements.set(figure, judgeLoop(figure, runLoop(figure.loop, conditions)));
  for (const trial of new Set(trials.map((figure) => figure.trial))) {
    const readers = trials.filter((figure) => figure.trial === trial);
    const outcomes = await runTrial(trial, variantsOf(readers), conditions);
    for (const figure of readers) judgements.set(figure, judgeTrial(figure, outcomes));
  }
  return { judged: figures.map((figure) => [figure, judgements.get(figure) as Judgement]), peers };
}

function variantsOf(figures: readonly Pick<PairFigure, 'of' | 'against'>[]): string[] {
  return [...new Set(figures.flatMap(({ of, against }) => (against === undefined ? [of] : [of, against])))];
}

function isAgainstPeer({ experiment, against }: PairFigure): boolean {
  const contestant = against === undefined ? undefined : experiment.variants[against]?.contestant;
  return contestant === 'bullmq' || contestant === 'groupmq';
}
