import { openService, type RunningService, type ServiceDefinition } from '../src/index.js';
import { TrialModule } from './trial.module.js';

const env = { NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', BODY_LIMIT_BYTES: '1024' };
const open: RunningService[] = [];

/** Opens a small service on a free port; it is closed by `closeTrials`. */
export async function openTrial(
  definition: Partial<ServiceDefinition> = {},
  more: Record<string, string> = {},
): Promise<RunningService> {
  const service = await openService(
    { name: 'trial', settings: [], module: () => TrialModule, ...definition },
    { ...env, ...more },
  );
  open.push(service);
  return service;
}

/** Closes what a test has opened. */
export async function closeTrials(): Promise<void> {
  await Promise.all(open.splice(0).map((service) => service.stop()));
}

/** The problem an answer holds; fails for any other answer. */
export async function problemIn(answer: Promise<Response>): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await answer;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
