import { ingressFlood, ingressSteady } from '../trials/ingress.trial.js';
import { redisRestart } from '../trials/restart.trial.js';
import { atLeast, atMost, type TrialFigure } from './figure.js';

const steady = { unit: 'ms', trial: ingressSteady, of: 'ingress', against: 'bare-fastify' } as const;

/** What must never happen, and so often it did over all repetitions. */
function restartFigures(of: string, name: string): TrialFigure[] {
  const count = { unit: 'requests', trial: redisRestart, of, gather: 'sum' } as const;
  const about = `Redis restart${of === 'spool' ? ', with spool' : ''}`;
  return [
    {
      ...count,
      name: `${name}-wrong`,
      about: `${about}: neither 2xx nor 503`,
      finding: 'wrong',
      limit: atMost(0, 'value'),
    },
    { ...count, name: `${name}-lost`, about: `${about}: accepted, lost`, finding: 'lost', limit: atMost(0, 'value') },
    { ...count, name: `${name}-twice`, about: `${about}: stored twice`, finding: 'twice', limit: atMost(0, 'value') },
    { ...count, name: `${name}-refused`, about: `${about}: 503`, finding: 'refused' },
  ];
}

/** Webhooks of Chatwoot into the ingress: signature, validation, normalising and durable append. */
export const ingressFigures: readonly TrialFigure[] = [
  {
    name: 'ingress-throughput',
    about: 'webhooks stored, bare Fastify',
    unit: 'requests/s',
    trial: ingressFlood,
    of: 'ingress',
    against: 'bare-fastify',
    finding: 'perSecond',
    limit: atLeast(0.6),
  },
  {
    name: 'ingress-cpu',
    about: 'CPU per webhook, bare Fastify',
    unit: 'µs',
    trial: ingressFlood,
    of: 'ingress',
    against: 'bare-fastify',
    finding: 'serverCpu',
  },
  {
    ...steady,
    name: 'ingress-p99-1000',
    about: 'p99 at 1,000/s, bare Fastify',
    finding: 'p99',
    limit: atMost(50, 'value'),
  },
  { ...steady, name: 'ingress-p50-1000', about: 'p50 at 1,000/s, bare Fastify', finding: 'p50' },
  ...restartFigures('direct', 'ingress-restart'),
  ...restartFigures('spool', 'ingress-restart-spool'),
];
