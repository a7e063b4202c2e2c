import { cpus } from 'node:os';
import { infoOf, startRedis } from '@switchboard/testing';
import { ioredisVersion, type Peers } from '../peers/install-peers.js';

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

/** Asks a Redis such as was measured with, and this machine. */
export async function versionsInUse({ versions, missing }: Peers): Promise<Versions> {
  const found = cpus();
  return {
    node: process.version,
    redis: await redisVersion(),
    ioredis: ioredisVersion(),
    bullmq: missing ? null : versions.bullmq,
    groupmq: missing ? null : versions.groupmq,
    cpus: `${found.length} × ${found[0]?.model ?? 'unknown'}`,
  };
}

async function redisVersion(): Promise<string> {
  const redis = await startRedis();
  try {
    return (await infoOf(redis, 'server')).get('redis_version') ?? 'unknown';
  } finally {
    await redis.stop();
  }
}
