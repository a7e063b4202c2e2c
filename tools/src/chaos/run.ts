import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@switchboard/testing';
import { StagedActor } from './cast.js';
import { type ChaosOptions } from './chaos-options.js';
import { Inspector } from './evidence.js';
import { Random } from './random.js';
import { openSentinel } from './topology/sentinel.topology.js';
import { openStandalone } from './topology/standalone.topology.js';
import { type Fault, type Topology, type Victims } from './topology/topology.js';
import { judge, type Verdict } from './verdict.js';

export interface ChaosReport extends Verdict {
  readonly seed: number;
  readonly topology: string;
  readonly durationMs: number;
  /** How often each fault was inflicted. */
  readonly faults: Readonly<Record<string, number>>;
  /** Left in the group at the end. */
  readonly unfinishedAtEnd: number;
  readonly consumersInGroup: number;
}

const DRAIN_TIMEOUT_MS = 120_000;
const STOP_GRACE_MS = 60_000;
/** Quiet before the first fault and between two, ms. */
const CALM_MIN_MS = 500;
const CALM_MAX_MS = 2_500;

/** One run: actors under faults until the time is up, then peace, then the verdict. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void): Promise<ChaosReport> {
  const topology = options.topology === 'sentinel' ? await openSentinel() : await openStandalone();
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-chaos-'));
  const cast = await castOf(options, topology, folder);
  try {
    const faults = await harm(options, topology, cast, say);
    await topology.heal();
    say('faults are over; producers finish');
    await Promise.all(cast.producers.map((actor) => actor.leave(STOP_GRACE_MS)));
    const inspector = new Inspector(await topology.master(), topology.redis.keyPrefix);
    await waitFor(async () => (await inspector.open()) === 0, {
      timeoutMs: DRAIN_TIMEOUT_MS,
      everyMs: 200,
      describe: 'everything published is committed',
    }).catch((error: Error) => say(error.message));
    await Promise.all(cast.consumers.map((actor) => actor.leave(STOP_GRACE_MS)));
    const leftovers = await inspector.leftovers();
    const verdict = judge(await inspector.evidence(cast.records.producers, cast.records.consumers));
    inspector.close();
    return {
      seed: options.seed,
      topology: options.topology,
      durationMs: options.durationMs,
      faults,
      ...verdict,
      unfinishedAtEnd: leftovers.unfinished,
      consumersInGroup: leftovers.consumers,
    };
  } finally {
    await Promise.all([...cast.producers, ...cast.consumers].map(({ process }) => process.kill('SIGKILL')));
    await topology.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Cast extends Victims {
  readonly producers: StagedActor[];
  readonly consumers: StagedActor[];
  readonly records: { readonly producers: readonly string[]; readonly consumers: readonly string[] };
}

async function castOf(options: ChaosOptions, topology: Topology, folder: string): Promise<Cast> {
  const { producers, consumers, conversations, seed } = options;
  const plan = (name: string, i: number) => ({
    name,
    redis: topology.redis,
    record: join(folder, name),
    ackReplicas: topology.ackReplicas,
    seed: seed + i,
    conversations: Array.from({ length: conversations }, (_, c) => `c${c}`).filter((_, c) => c % producers === i),
  });
  const named = (role: string, count: number) => Array.from({ length: count }, (_, i) => plan(`${role}-${i}`, i));
  const [producing, consuming] = [named('producer', producers), named('consumer', consumers)];
  return {
    producers: await Promise.all(producing.map((one) => StagedActor.start('producer', one))),
    consumers: await Promise.all(consuming.map((one) => StagedActor.start('consumer', one))),
    records: { producers: producing.map(({ record }) => record), consumers: consuming.map(({ record }) => record) },
  };
}

async function harm(
  options: ChaosOptions,
  topology: Topology,
  victims: Victims,
  say: (line: string) => void,
): Promise<Record<string, number>> {
  const random = new Random(options.seed);
  const chosen = topology.faults.filter(({ name }) => options.faults.length === 0 || options.faults.includes(name));
  if (chosen.length === 0)
    throw new Error(`No such fault; there are ${topology.faults.map(({ name }) => name).join(', ')}.`);
  const counts: Record<string, number> = {};
  const startedAt = Date.now();
  // Every fault once in random order before any comes twice, so that a short run is a broad one.
  let deck: Fault[] = [];
  while (Date.now() - startedAt < options.durationMs) {
    await new Promise((resolve) => setTimeout(resolve, random.between(CALM_MIN_MS, CALM_MAX_MS)));
    if (deck.length === 0) deck = random.shuffled(chosen);
    const fault = deck.pop() as Fault;
    say(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${fault.name}`);
    await fault.inflict(victims, random);
    counts[fault.name] = (counts[fault.name] ?? 0) + 1;
  }
  return counts;
}
