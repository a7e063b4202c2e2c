import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, waitFor } from '@switchboard/testing';
import { redisPrograms } from './redis-programs.js';
import { RedisPod } from './redis-pod.js';
import { writePasswords } from './redis-users.js';

/** Three pods that share their ports and differ by address, as in a cluster. */
export class RedisPodSet {
  private constructor(
    readonly pods: readonly RedisPod[],
    private readonly folder: string,
  ) {}

  /** Prepares the pods without starting them. Ends what runs with `close`. */
  static async prepare(): Promise<RedisPodSet> {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-pods-'));
    await writePasswords(join(folder, 'passwords'));
    const [redisPort, sentinelPort] = (await freePorts(2)) as [number, number];
    const network = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
    const addresses = [1, 2, 3].map((host) => `${network}.${host}`);
    const env = { ...(await redisPrograms()), ASK_TRIES: '1', FIRST_START_WAIT_S: '1', PEERS_WAIT_S: '30' };
    const pods = addresses.map(
      (_, ordinal) => new RedisPod({ ordinal, addresses, redisPort, sentinelPort, folder, env }),
    );
    return new RedisPodSet(pods, folder);
  }

  /** A set that has started for the first time, is complete and holds `keys` keys on every pod. */
  static async running(keys = 50): Promise<RedisPodSet> {
    const set = await RedisPodSet.prepare();
    try {
      await Promise.all(set.pods.map((pod) => pod.start()));
      await set.whole();
      if (keys > 0) await set.fill(keys);
      return set;
    } catch (error) {
      await set.close();
      throw error;
    }
  }

  /** The one pod that the Sentinels name and that serves as master. */
  async master(): Promise<RedisPod> {
    for (const pod of this.pods) {
      if ((await pod.role().catch(() => '')) === 'master') return pod;
    }
    throw new Error('no pod is master');
  }

  others(than: RedisPod): RedisPod[] {
    return this.pods.filter((pod) => pod !== than);
  }

  /** Waits until one pod is master, two follow it, and all Sentinels know each other and both replicas. */
  async whole(timeoutMs = 40_000): Promise<void> {
    await waitFor(() => this.isWhole(), {
      timeoutMs,
      everyMs: 200,
      describe: () => `the set is whole\n${this.pods.map((pod) => pod.redis?.tail(8)).join('\n')}`,
    });
  }

  /** Has another pod promoted, whether the master lives or not; resolves with the new master. */
  async failover(): Promise<RedisPod> {
    const live = this.pods.filter((pod) => pod.sentinel?.hasExited === false);
    const old = await live[0]?.named();
    let agreed = false;
    const promoted = async () => {
      agreed ||= (await live[0]?.askSentinel(['SENTINEL', 'FAILOVER', 'mymaster']))?.[0] === 'OK';
      const named = await live[0]?.named();
      return live.find((pod) => named !== old && pod.address === named);
    };
    return waitFor(promoted, { timeoutMs: 30_000, everyMs: 100, describe: 'another master is named' });
  }

  /** Waits until every pod has this many keys. */
  async holds(keys: number, timeoutMs = 30_000): Promise<void> {
    await waitFor(async () => (await Promise.all(this.pods.map((pod) => pod.keys()))).every((n) => n === keys), {
      timeoutMs,
      everyMs: 200,
      describe: `every pod holds ${keys} keys`,
    });
  }

  /** Ends all processes and removes all folders. */
  async close(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async fill(keys: number): Promise<void> {
    const master = await this.master();
    // By one script, as the services write: a restart must replay a transaction, too.
    const script = "for i = 1, tonumber(ARGV[1]) do redis.call('SET', 'sb:key-' .. i, 'value') end";
    await master.ask(['EVAL', script, '0', String(keys)]);
    await this.holds(keys);
  }

  private async isWhole(): Promise<boolean> {
    for (const pod of this.pods) await pod.hurry();
    const roles = await Promise.all(this.pods.map((pod) => pod.role()));
    if (roles.filter((role) => role === 'master').length !== 1) return false;
    if (!(await Promise.all(this.pods.map((pod) => pod.ready()))).every(Boolean)) return false;
    const master = await this.master();
    const views = await Promise.all(this.pods.map((pod) => pod.view()));
    return views.every(
      (view) =>
        view.get('ip') === master.address &&
        view.get('num-slaves') === '2' &&
        view.get('num-other-sentinels') === '2' &&
        view.get('flags') === 'master',
    );
  }
}
