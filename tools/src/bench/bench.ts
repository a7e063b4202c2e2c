import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { infoOf, startRedis } from '@switchboard/testing';
import { workspaceRoot } from '../workspace-root.js';
import { type BenchOptions, readOptions, usage } from './bench-options.js';
import { type Figure } from './figures/figure.js';
import { chosenFrom, figuresFor } from './figures/figures.js';
import { installPeers, type Peers } from './peers/install-peers.js';
import { judge } from './report/judgement.js';
import { type Judged, tableOf } from './report/table.js';
import { type Versions, versionsOf } from './report/versions.js';
import { runExperiment } from './run-experiment.js';

/** After this time nothing is repeated any more, so that the whole run ends within twelve minutes on a slow machine. */
const HURRY_AFTER_MS = 8 * 60_000;

const needsPeers = new Set(['bullmq', 'groupmq']);

/** Measures the chosen figures. */
export async function bench(options: BenchOptions): Promise<{ judged: Judged; versions: Versions }> {
  const figures = chosenFrom(figuresFor(options.backlog), options.only);
  const wantsPeers = figures.some(({ against }) => needsPeers.has(against ?? ''));
  const peers: Peers = await installPeers(wantsPeers);
  const conditions = {
    ...options,
    peersFolder: peers.folder,
    peersMissing: peers.missing,
    hurryFromMs: performance.now() + HURRY_AFTER_MS,
  };
  const judged = new Map<Figure, ReturnType<typeof judge>>();
  for (const experiment of new Set(figures.map((figure) => figure.experiment))) {
    const theirs = figures.filter((figure) => figure.experiment === experiment);
    const variants = new Set(theirs.flatMap(({ of, against }) => (against === undefined ? [of] : [of, against])));
    const outcomes = await runExperiment(experiment, [...variants], conditions);
    for (const figure of theirs) judged.set(figure, judge(figure, outcomes));
  }
  return { judged: figures.map((figure) => [figure, judged.get(figure)!] as const), versions: versionsOf(await redisVersion(), peers) };
}

async function redisVersion(): Promise<string> {
  const redis = await startRedis();
  try {
    return (await infoOf(redis, 'server')).get('redis_version') ?? 'unknown';
  } finally {
    await redis.stop();
  }
}
