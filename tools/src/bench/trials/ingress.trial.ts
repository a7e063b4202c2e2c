import { bareFastify, ingress, type WebContestant } from '../web/web-contestants.js';
import { refuseLosses, runWeb, type WebPlan, type WebResult } from '../web/run-web.js';
import { type Findings, type Trial, type TrialConditions } from './trial.js';

const CONVERSATIONS = 1_000;
/** Requests under way at once, each on a connection of its own. */
const AT_ONCE = 64;

type Load = Pick<WebPlan, 'warmUp' | 'messages' | 'send'>;

async function run(contestant: WebContestant, load: Load, conditions: TrialConditions): Promise<WebResult> {
  const times = (count: number): number => Math.ceil(count * conditions.scale);
  const plan: WebPlan = {
    ...load,
    warmUp: times(load.warmUp),
    messages: times(load.messages),
    conversations: CONVERSATIONS,
    contestant,
    options: { profileFolder: conditions.profileFolder },
  };
  const result = await runWeb(plan);
  refuseLosses(plan, result);
  return result;
}

async function throughputOf(contestant: WebContestant, conditions: TrialConditions): Promise<Findings> {
  const load = { warmUp: 6_000, messages: 30_000, send: { kind: 'flood', window: AT_ONCE, chunk: 1 } } as const;
  const { report, cpu } = await run(contestant, load, conditions);
  const measured = Object.values(report.answers).reduce((sum, count) => sum + count, 0);
  return {
    perSecond: (measured * 1_000) / (report.endedAtMs - report.startedAtMs),
    serverCpu: cpu.server,
    redisCpu: cpu.redis,
  };
}

async function latencyOf(contestant: WebContestant, conditions: TrialConditions): Promise<Findings> {
  const load = { warmUp: 4_000, messages: 8_000, send: { kind: 'steady', perSecond: 1_000 } } as const;
  const { report } = await run(contestant, load, conditions);
  return { p50: report.latencyMs?.p50 ?? NaN, p99: report.latencyMs?.p99 ?? NaN };
}

/** As many webhooks as go through. */
export const ingressFlood: Trial = {
  name: 'ingress',
  repetitions: 3,
  variants: {
    ingress: (conditions) => throughputOf(ingress, conditions),
    'bare-fastify': (conditions) => throughputOf(bareFastify, conditions),
  },
};

/** Webhooks at an even rate, whatever is answered. */
export const ingressSteady: Trial = {
  name: 'ingress-1000',
  repetitions: 3,
  variants: {
    ingress: (conditions) => latencyOf(ingress, conditions),
    'bare-fastify': (conditions) => latencyOf(bareFastify, conditions),
  },
};
