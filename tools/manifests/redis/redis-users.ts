import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the files in the Secret `redis-users`. */
export const redisUsers = [
  'replica',
  'sentinel',
  'guard',
  'ingress',
  'agent-consumer',
  'outbound-sender',
  'dead-letter-reprocessor',
  'dashboard-broadcaster',
  'exporter',
  'backup',
  'ops',
  'sentinel-peer',
  'sentinel-app',
  'sentinel-guard',
  'sentinel-exporter',
  'sentinel-ops',
] as const;

export type RedisUser = (typeof redisUsers)[number];

/** The password a user has in these tests. */
export function passwordOf(user: RedisUser): string {
  return `pw-${user}`;
}

/** Writes the Secret's files, one line each. */
export async function writePasswords(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const user of redisUsers) await writeFile(join(folder, user), `${passwordOf(user)}\n`);
}
