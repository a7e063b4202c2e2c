import { setTimeout as pause } from 'node:timers/promises';
import { type ServiceName, waitFor } from '@switchboard/testing';
import { Random } from '../chaos/random.js';
import { deadLettersAt, openWork, repliesIn, sendingsOf } from './evidence.js';
import { Guests } from './guests.js';
import { type LoadOptions } from './load-options.js';
import { loadPlan } from './load-plan.js';
import { type LoadWorld, openLoadWorld } from './load-world.js';
import { type Answered, PersistentProvider } from './persistent-provider.js';
import { troubleProviders } from './provider-trouble.js';
import { type Outage, ServiceKills } from './service-kills.js';
import { StatusNotices } from './status-notices.js';
import { holds, judge, type LoadVerdict } from './verdict.js';
import { WebhookBodies } from './webhook-body.js';

/** Writing and draining together take less than ten minutes. */
const WRITING_TIMEOUT_MS = 6 * 60_000;
const DRAIN_TIMEOUT_MS = 3 * 60_000;

export interface LoadReport extends LoadVerdict {
  readonly conversations: number;
  readonly kills: Readonly<Record<ServiceName, number>>;
  /** Requests a provider had to repeat: after a 503, and after a connection that failed. */
  readonly repeatedAfter503: number;
  readonly repeatedAfterCut: number;
  /** Answers of ingress that were neither 2xx nor 503. */
  readonly oddAnswers: number;
  /** Messages providers took and never answered. */
  readonly unansweredSendings: number;
  /** While Redis was away: webhooks that were accepted, and those that were turned away. */
  readonly acceptedWithoutRedis: number;
  readonly refusedWithoutRedis: number;
  readonly durationMs: number;
  /** Everything that was promised held. */
  readonly sound: boolean;
}

/** One run: guests write while services die, then peace, then the verdict. */
export async function runLoad(options: LoadOptions, say: (line: string) => void): Promise<LoadReport> {
  const startedAtMs = Date.now();
  const since = (): string => `${String(Math.round((Date.now() - startedAtMs) / 1_000)).padStart(4)} s`;
  const world = await openLoadWorld(options);
  try {
    return await underLoad(world, options, (line) => say(`${since()}  ${line}`));
  } finally {
    await world.end();
  }
}

async function underLoad(world: LoadWorld, options: LoadOptions, say: (line: string) => void): Promise<LoadReport> {
  const startedAtMs = Date.now();
  // Each duty has random numbers of its own, so that timing changes none of them.
  const random = (duty: number): Random => new Random(options.seed + duty);
  const provider = new PersistentProvider(() => world.stack.url('ingress'));
  const guests = new Guests(provider, await WebhookBodies.read());
  const statuses = new StatusNotices(provider, random(1));
  world.whatsapp.onTaken((message) => statuses.tell(message));
  const kills = new ServiceKills(world.stack, random(2), say);
  const over = new AbortController();
  const trouble = troubleProviders([world.chatwoot, world.whatsapp], random(3), over.signal);
  const firstRound = kills.round(options.spool ? { redis: world.redis } : {});
  const harm = firstRound.then(() => kills.goOn(over.signal));
  const posts = loadPlan(options.messages, options.conversations, random(0));
  try {
    await Promise.race([guests.write(posts, options.rate, firstRound), failureOf(harm), tooLate(over.signal)]);
  } finally {
    over.abort();
    await Promise.allSettled([harm, trouble]);
  }
  say('everything is written and nothing dies any more');
  await settled(world, guests, statuses).catch((error: Error) => say(error.message));
  const verdict = await verdictOf(world, guests);
  const about = aboutProvider(provider, kills.outages);
  const spooled = !options.spool || (about.acceptedWithoutRedis > 0 && about.refusedWithoutRedis === 0);
  const killed = Object.values(kills.kills).every((count) => count > 0);
  return {
    ...verdict,
    conversations: new Set(guests.attempted.map(({ conversation }) => conversation)).size,
    kills: kills.kills,
    unansweredSendings: sendingsOf(world).filter(({ answered }) => !answered).length,
    ...about,
    durationMs: Date.now() - startedAtMs,
    sound: holds(verdict) && about.oddAnswers === 0 && spooled && killed,
  };
}

/** Rejects when what goes on in the background fails, and never resolves. */
async function failureOf(background: Promise<unknown>): Promise<never> {
  await background;
  return new Promise<never>(() => undefined);
}

/** Rejects when the load takes too long, unless it is over before. */
async function tooLate(over: AbortSignal): Promise<void> {
  await pause(WRITING_TIMEOUT_MS, undefined, { signal: over }).catch(() => undefined);
  if (!over.aborted) throw new Error(`not all could be written within ${WRITING_TIMEOUT_MS / 60_000} min`);
}

/** Waits until every accepted message was answered and no service has anything left to do. */
function settled(world: LoadWorld, guests: Guests, statuses: StatusNotices): Promise<unknown> {
  const done = async (): Promise<boolean> => {
    if ((await openWork(world.redis)) > 0) return false;
    await statuses.told();
    const { lost, deadLetters } = await verdictOf(world, guests);
    // A dead letter is never answered by itself, and a broken promise anyway.
    return lost === 0 || deadLetters > 0;
  };
  return waitFor(done, { timeoutMs: DRAIN_TIMEOUT_MS, everyMs: 250, describe: 'everything accepted is answered' });
}

async function verdictOf(world: LoadWorld, { attempted, accepted }: Guests): Promise<LoadVerdict> {
  return judge({
    attempted,
    accepted,
    replies: await repliesIn(world.redis),
    sendings: sendingsOf(world),
    deadLetters: await deadLettersAt(world.stack.url('dead-letter-reprocessor')),
  });
}

function aboutProvider({ answers, repeated }: PersistentProvider, outages: readonly Outage[]) {
  const withoutRedis = ({ atMs }: Answered): boolean =>
    outages.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs <= untilMs);
  const isAccepted = ({ status }: Answered): boolean => status >= 200 && status < 300;
  const during = answers.filter(withoutRedis);
  return {
    repeatedAfter503: repeated.unavailable,
    repeatedAfterCut: repeated.cut,
    oddAnswers: answers.filter((answer) => !isAccepted(answer) && answer.status !== 503).length,
    acceptedWithoutRedis: during.filter(isAccepted).length,
    refusedWithoutRedis: during.filter((answer) => !isAccepted(answer)).length,
  };
}
