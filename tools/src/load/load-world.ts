import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type FakeChatwoot,
  type FakeWhatsApp,
  type PrivateRedis,
  type Stack,
  startRedis,
  startStack,
} from '@switchboard/testing';
import { type FakeProviders, startFakeProviders } from '../dev/fake-providers.js';
import { workspaceRoot } from '../workspace-root.js';

/** The demo property, except that what nobody can find out is sent again after `settleMs`. */
const properties = (chatwoot: string, whatsapp: string): string => `
properties:
  - id: demo
    name: Demo
    agent: { kind: builtin }
    sources:
      - id: demo-chatwoot
        kind: chatwoot
        secrets: [{ env: LOAD_SECRET }]
        api: { baseUrl: '${chatwoot}', token: { env: LOAD_TOKEN } }
        sending: { unknownOutcome: send-again, settleMs: 60000 }
      - id: demo-whatsapp
        kind: whatsapp
        secrets: [{ env: LOAD_SECRET }]
        verifyToken: { env: LOAD_TOKEN }
        api: { baseUrl: '${whatsapp}', version: v24.0, token: { env: LOAD_TOKEN } }
        sending: { pair: [], unknownOutcome: send-again, settleMs: 60000 }
      - { id: demo-webchat, kind: webchat, allowedOrigins: [] }
`;

/** The five services as processes, a Redis that keeps its data over a restart, and stand-ins for the providers. */
export interface LoadWorld {
  readonly redis: PrivateRedis;
  readonly chatwoot: FakeChatwoot;
  readonly whatsapp: FakeWhatsApp;
  readonly stack: Stack;
  end(): Promise<void>;
}

/** @throws Error when something does not start; nothing is left running then. */
export async function openLoadWorld({ spool }: { readonly spool: boolean }): Promise<LoadWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-load-'));
  const opened: { redis?: PrivateRedis; providers?: FakeProviders; stack?: Stack } = {};
  const end = async (): Promise<void> => {
    await opened.stack?.stop();
    await opened.providers?.close();
    await opened.redis?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const redis = (opened.redis = await startRedis({ appendonly: 'always' }));
    const { chatwoot, whatsapp } = (opened.providers = await startFakeProviders());
    const file = join(folder, 'properties.yaml');
    await writeFile(file, properties(chatwoot.url, whatsapp.url));
    const env = {
      NODE_ENV: 'development',
      REDIS_URL: redis.url,
      PROPERTIES_FILE: file,
      LOAD_SECRET: 'dev-secret',
      LOAD_TOKEN: 'dev-token',
      BATCH_QUIET_MS: '300',
      BATCH_MAX_WAIT_MS: '2000',
      LEASE_TTL_MS: '1500',
      PROVIDER_TIMEOUT_MS: '2000',
      ...(spool ? { SPOOL_DIR: join(folder, 'spool') } : {}),
    };
    const stack = (opened.stack = await startStack({ root: workspaceRoot(), env }));
    return { redis, chatwoot, whatsapp, stack, end };
  } catch (error) {
    await end();
    throw error;
  }
}
