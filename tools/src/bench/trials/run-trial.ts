import { type RunConditions } from '../run-experiment.js';
import { type Findings, type Trial } from './trial.js';

/** Findings of one variant, by repetition. */
export type TrialOutcomes = ReadonlyMap<string, readonly Findings[]>;

type Conditions = Omit<RunConditions, 'peers'>;

/**
 * Runs these variants of a trial, each once per repetition, beginning with another one each time.
 *
 * @throws what a variant throws: it could not be measured at all
 */
export async function runTrial(
  trial: Trial,
  variants: readonly string[],
  conditions: Conditions,
): Promise<TrialOutcomes> {
  const outcomes = new Map(variants.map((name): [string, Findings[]] => [name, []]));
  const repetitions = conditions.repetitions ?? trial.repetitions;
  for (let round = 0; round < repetitions; round++) {
    if (round > 0 && performance.now() > conditions.hurryFromMs) break;
    for (let i = 0; i < variants.length; i++) {
      const name = variants[(round + i) % variants.length] as string;
      const run = trial.variants[name];
      if (!run) throw new Error(`The trial ${trial.name} has no variant ${name}`);
      const findings = await run(conditions);
      outcomes.get(name)?.push(findings);
      conditions.tell(`  ${trial.name} ${name}, round ${round + 1}: ${summaryOf(findings)}`);
    }
  }
  return outcomes;
}

function summaryOf(findings: Findings): string {
  return Object.entries(findings)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(2)}`)
    .join(', ');
}
