import { type Experiment, type VariantPlan } from './experiments/experiment.js';
import { type Peers } from './peers/install-peers.js';
import { type PairPlan, type PairResult, runPair } from './worker/run-pair.js';

/** Results of one variant, by repetition, or why there are none. */
export type VariantOutcome = { readonly results: readonly PairResult[] } | { readonly missing: string };

export interface RunConditions {
  readonly peers: Peers;
  readonly tell: (line: string) => void;
  readonly scale: number;
  readonly repetitions?: number | undefined;
  readonly profileFolder?: string | undefined;
  /** Beyond this time (of `performance.now`) nothing is repeated. */
  readonly hurryFromMs: number;
}

/** Those that promise the order of each conversation and every message once. */
const ordered: ReadonlySet<string> = new Set(['switchboard', 'nest', 'by-hand']);

/** A run that takes longer is given up. */
const RUN_TIMEOUT_MS = 120_000;

/**
 * Runs these variants of an experiment, each once per repetition, beginning with another one each time.
 *
 * @throws when Switchboard fails, loses or disorders a message; what befalls a peer is an outcome
 */
export async function runExperiment(
  experiment: Experiment,
  variants: readonly string[],
  conditions: RunConditions,
): Promise<ReadonlyMap<string, VariantOutcome>> {
  const results = new Map(variants.map((name): [string, PairResult[]] => [name, []]));
  const missing = new Map<string, string>();
  const repetitions = conditions.repetitions ?? experiment.repetitions;
  for (let round = 0; round < repetitions; round++) {
    if (round > 0 && performance.now() > conditions.hurryFromMs) break;
    for (let i = 0; i < variants.length; i++) {
      const name = variants[(round + i) % variants.length] as string;
      if (missing.has(name)) continue;
      const outcome = await runVariant(planOf(experiment, name), conditions);
      if ('missing' in outcome) missing.set(name, outcome.missing);
      else results.get(name)?.push(outcome);
      conditions.tell(`  ${experiment.name} ${name}, round ${round + 1}: ${summaryOf(outcome)}`);
    }
  }
  return new Map(
    variants.map((name) => [
      name,
      missing.has(name) ? { missing: missing.get(name) as string } : { results: results.get(name) ?? [] },
    ]),
  );
}

async function runVariant(plan: VariantPlan, conditions: RunConditions): Promise<PairResult | { missing: string }> {
  const isPeer = plan.contestant === 'bullmq' || plan.contestant === 'groupmq';
  if (isPeer && conditions.peers.missing) return { missing: conditions.peers.missing };
  const pair: PairPlan = { ...scaled(plan, conditions.scale), peersFolder: conditions.peers.folder };
  try {
    const result = await runPair(pair, { timeoutMs: RUN_TIMEOUT_MS, profileFolder: conditions.profileFolder });
    if (ordered.has(plan.contestant)) refuseFaults(result);
    return result;
  } catch (error) {
    if (!isPeer) throw error;
    return { missing: (error as Error).message };
  }
}

function planOf({ name, variants }: Experiment, variant: string): VariantPlan {
  const plan = variants[variant];
  if (!plan) throw new Error(`The experiment ${name} has no variant ${variant}`);
  return plan;
}

function scaled(plan: VariantPlan, scale: number): VariantPlan {
  const times = (count: number): number => Math.ceil(count * scale);
  const size = plan.send.kind === 'bursts' ? plan.send.size : 1;
  return { ...plan, warmUp: times(plan.warmUp / size) * size, messages: times(plan.messages / size) * size };
}

/** Speed bought with disorder is none. */
function refuseFaults({ receiver: { disordered, duplicates } }: PairResult): void {
  if (disordered + duplicates > 0) {
    throw new Error(`Switchboard handled ${disordered} messages out of order and ${duplicates} twice`);
  }
}

function summaryOf(outcome: PairResult | { missing: string }): string {
  if ('missing' in outcome) return outcome.missing;
  const { perSecond, cpuPer100k, sender, receiver, redisCpuSeconds } = outcome;
  const latency = receiver.latencyMs ? `, p99 ${receiver.latencyMs.p99.toFixed(2)} ms` : '';
  const total = sender.cpuSeconds + receiver.cpuSeconds + redisCpuSeconds;
  const part = (seconds: number): string => ((seconds / total) * cpuPer100k).toFixed(2);
  const parts = `${part(sender.cpuSeconds)} sender, ${part(receiver.cpuSeconds)} receiver, ${part(redisCpuSeconds)} Redis`;
  return `${Math.round(perSecond)}/s, ${cpuPer100k.toFixed(2)} s CPU per 100k (${parts})${latency}`;
}
