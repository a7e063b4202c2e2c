import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type PrivateRedis,
  serviceNames,
  services,
  type Stack,
  startRedis,
  startStack,
  withFileLock,
} from '@switchboard/testing';
import { workspaceRoot } from '../workspace-root.js';
import { type FakeProviders, startFakeProviders } from './fake-providers.js';
import { printLine } from './line-printer.js';

/** What runs, in the order in which it must end. */
interface Running {
  stack?: Stack;
  providers?: FakeProviders;
  redis?: PrivateRedis;
}

/** Two stacks would write into one data folder. */
async function alone(work: () => Promise<void>): Promise<void> {
  const folder = join(workspaceRoot(), '.switchboard');
  await mkdir(folder, { recursive: true });
  let begun = false;
  const begin = (): Promise<void> => {
    begun = true;
    return work();
  };
  await withFileLock(join(folder, 'lock'), 1_000, begin).catch((error: unknown) => {
    if (begun) throw error;
    throw new Error('npm start is already running in this folder; stop it first.', { cause: error });
  });
}

/** Starts everything on this machine; data stays in `.switchboard`. */
async function main(): Promise<void> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('npm start runs the development stack with public secrets; it refuses NODE_ENV=production.');
  }
  const running: Running = {};
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= stopAll(running));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().then(() => process.exit(0)));
  try {
    await startAll(running);
    if (ending) return;
    printAddresses(running.stack as Stack);
    const gone = await (running.stack as Stack).firstExit();
    if (!ending) throw new Error(`${gone} has ended by itself; its last lines are above.`);
  } catch (error) {
    await end();
    throw error;
  }
}

async function startAll(running: Running): Promise<void> {
  const root = workspaceRoot();
  const redisUrl = process.env['REDIS_URL'];
  if (!redisUrl) {
    running.redis = await startRedis({ dir: join(root, '.switchboard', 'redis'), appendonly: true });
    printLine('redis', `ready at ${running.redis.url}, data in .switchboard/redis`);
  }
  if (!process.env['PROPERTIES_FILE']) running.providers = await startFakeProviders();
  running.stack = await startStack({
    root,
    ports: services,
    env: {
      NODE_ENV: 'development',
      LOG_PRETTY: 'true',
      REDIS_URL: redisUrl ?? running.redis?.url,
      SPOOL_DIR: join(root, '.switchboard', 'spool'),
      ...running.providers?.env,
    },
    onLine: printLine,
  });
}

async function stopAll({ stack, providers, redis }: Running): Promise<void> {
  printLine('switchboard', 'stopping');
  await stack?.stop();
  await providers?.close();
  await redis?.stop();
  printLine('switchboard', 'stopped');
}

function printAddresses(stack: Stack): void {
  const lines = [
    '',
    ...serviceNames.map((name) => `${name.padEnd(24)} ${stack.url(name)}`),
    '',
    'Try this:',
    `  1. open ${stack.url('ingress')}/ (a guest's web chat) beside ${stack.url('dashboard-broadcaster')}/ (the staff page)`,
    '  2. write three short messages within two seconds: one reply answers all three',
    '  3. npm run demo   shows signed Chatwoot and WhatsApp webhooks on the same way',
    '',
    'Ctrl-C stops everything; the data stays.',
    '',
  ];
  for (const line of lines) printLine('switchboard', line);
}

alone(main).catch((error: unknown) => {
  process.stderr.write(`\nSwitchboard: ${(error as Error).message}\n`);
  process.exit(1);
});
