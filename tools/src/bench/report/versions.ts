import { cpus } from 'node:os';
import { type Peers, ioredisVersion } from '../peers/install-peers.js';

/** What was measured with. */
export interface Versions {
  readonly node: string;
  readonly redis: string;
  readonly ioredis: string;
  readonly bullmq: string | null;
  readonly groupmq: string | null;
  /** Number and model of the machine's processors. */
  readonly cpus: string;
}

/** @param redis version of the Redis server */
export function versionsOf(redis: string, { versions, missing }: Peers): Versions {
  const found = cpus();
  return {
    node: process.version,
    redis,
    ioredis: ioredisVersion(),
    bullmq: missing ? null : versions.bullmq,
    groupmq: missing ? null : versions.groupmq,
    cpus: `${found.length} × ${found[0]?.model ?? 'unknown'}`,
  };
}
