import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FakeChatwoot,
  type FakeWhatsApp,
  type PrivateRedis,
  type Stack,
  startFakeChatwoot,
  startFakeWhatsApp,
  startRedis,
  startStack,
} from '@switchboard/testing';

/** The folder of this workspace. */
export const root = join(import.meta.dirname, '..', '..', '..');

/** All five services as processes, a Redis of their own, and stand-ins for the providers. */
export interface World {
  readonly redis: PrivateRedis;
  readonly chatwoot: FakeChatwoot;
  readonly whatsapp: FakeWhatsApp;
  readonly stack: Stack;
  end(): Promise<void>;
}

/** Starts everything on free ports. The quiet time is short so that tests are. */
export async function openWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const [redis, chatwoot, whatsapp] = await Promise.all([
    startRedis({ appendonly: 'always' }),
    startFakeChatwoot(),
    startFakeWhatsApp(),
  ]);
  const stack = await startStack({
    root,
    env: {
      NODE_ENV: 'development',
      REDIS_URL: redis.url,
      DEMO_CHATWOOT_URL: chatwoot.url,
      DEMO_WHATSAPP_URL: whatsapp.url,
      BATCH_QUIET_MS: '500',
      LEASE_TTL_MS: '1500',
      ...env,
    },
  });
  return {
    redis,
    chatwoot,
    whatsapp,
    stack,
    end: async () => {
      await stack.stop();
      await Promise.all([chatwoot.close(), whatsapp.close()]);
      await redis.stop();
    },
  };
}

/** One of the recorded webhook bodies. */
export function fixture(name: string): Promise<string> {
  return readFile(join(root, 'libs', 'channels', 'fixtures', `${name}.json`), 'utf8');
}

/** Posts a body as it is and answers status and parsed body. */
export async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown>, headers: response.headers };
}
