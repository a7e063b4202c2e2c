import { type AppendResult, partitionOf } from '@switchboard/delivery';
import { Scene, type StoreHarness, until } from '@switchboard/delivery/testing';
import {
  askRedis,
  freePorts,
  type PrivateRedis,
  type RedisReply,
  startCluster,
  startRedis,
} from '@switchboard/testing';
import { Keys } from '../src/index.js';
import { redisHarness } from './redis-store.harness.js';

let redis: PrivateRedis;
let harness: StoreHarness;
let scene: Scene;
let serial = 0;

const ask = (...command: (string | number)[]): Promise<RedisReply> => askRedis(redis, command);

beforeAll(async () => {
  redis = await startRedis({ appendonly: true, config: ['maxmemory-policy noeviction', 'key-load-delay 400'] });
  harness = redisHarness(() => ({ url: redis.url }));
});
afterAll(() => redis.stop());
beforeEach(() => {
  scene = new Scene(harness);
});
afterEach(() => scene.end());

/** Publishes one message more and waits until it was handled. */
async function goesOn(timeoutMs = 15_000): Promise<void> {
  const id = `after-${++serial}`;
  await scene.publish(`c${serial}`, [id]);
  await until('a new message is handled', () => scene.deliveries.some(({ ids }) => ids.includes(id)), timeoutMs);
}

async function openStore(): Promise<(id?: string) => Promise<AppendResult>> {
  const { store } = await scene.store();
  return async (id = `m-${++serial}`) => {
    const [result] = await store.append([{ stream: scene.stream, key: 'c', id, data: id }]);
    return result as AppendResult;
  };
}

/** Brings a state about in which appends are refused for a while, and sees the consumer through it. */
async function sitOut(refusal: RegExp, begin: () => Promise<unknown>, end: () => Promise<unknown>): Promise<void> {
  await scene.consume('a', { leaseTtlMs: 1_000 });
  await goesOn();
  const append = await openStore();
  await begin();
  try {
    const refused = await append('refused');
    expect(refused).toMatchObject({ status: 'failed', retryable: true });
    expect(String((refused as { error: Error }).error)).toMatch(refusal);
  } finally {
    await end();
  }
  await until('the message that was refused is taken', async () => (await append('refused')).status !== 'failed');
  await until('it is handled', () => scene.deliveries.some(({ ids }) => ids.includes('refused')));
  await goesOn();
}

describe('a consumer and a producer survive', () => {
  it('full memory (OOM)', () =>
    sitOut(
      /OOM/,
      () => ask('CONFIG', 'SET', 'maxmemory', 1),
      () => ask('CONFIG', 'SET', 'maxmemory', 0),
    ));

  it('too few replicas (NOREPLICAS)', () =>
    sitOut(
      /NOREPLICAS/,
      () => ask('CONFIG', 'SET', 'min-replicas-to-write', 1),
      () => ask('CONFIG', 'SET', 'min-replicas-to-write', 0),
    ));

  it('a master that became a replica: whoever appends looks for the new one', async () => {
    const append = await openStore();
    await append();
    const producers = async (): Promise<(string | undefined)[]> =>
      String(await ask('CLIENT', 'LIST'))
        .split('\n')
        .filter((line) => /name=contract\S*producer/.test(line))
        .map((line) => /^id=(\d+)/.exec(line)?.[1]);
    const before = await producers();
    const [nobody] = await freePorts(1);
    expect(before).not.toEqual([]);
    await ask('REPLICAOF', '127.0.0.1', nobody as number);
    try {
      await append('refused-once');
      await until('it has connected anew', async () => {
        const now = await producers();
        return now.length > 0 && !now.some((id) => before.includes(id));
      });
    } finally {
      await ask('REPLICAOF', 'NO', 'ONE');
    }
    await until('the message is taken', async () => (await append('refused-once')).status === 'stored');
  });

  it('a master that became a replica (READONLY, UNBLOCKED)', async () => {
    const [nobody] = await freePorts(1);
    await sitOut(
      /READONLY/,
      () => ask('REPLICAOF', '127.0.0.1', nobody as number),
      () => ask('REPLICAOF', 'NO', 'ONE'),
    );
  });

  it('a replica without its master (MASTERDOWN)', async () => {
    const [nobody] = await freePorts(1);
    await sitOut(
      /MASTERDOWN|READONLY/,
      async () => {
        await ask('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
        await ask('REPLICAOF', '127.0.0.1', nobody as number);
      },
      async () => {
        await ask('REPLICAOF', 'NO', 'ONE');
        await ask('CONFIG', 'SET', 'replica-serve-stale-data', 'yes');
      },
    );
  });

  it('a right that was taken away (NOPERM)', () =>
    sitOut(
      /NOPERM/,
      () => ask('ACL', 'SETUSER', 'default', '-evalsha', '-eval'),
      () => ask('ACL', 'SETUSER', 'default', '+@all'),
    ));

  it('a right that was taken away from within the scripts', () =>
    sitOut(
      /user executing the script|ACL failure in script/,
      () => ask('ACL', 'SETUSER', 'default', '-xadd'),
      () => ask('ACL', 'SETUSER', 'default', '+@all'),
    ));

  it('a blocked read that is ended by an error (UNBLOCKED)', async () => {
    await scene.consume('a');
    await goesOn();
    const blocked = async (): Promise<string | undefined> =>
      /id=(\d+) [^\n]*cmd=xread/.exec(String(await ask('CLIENT', 'LIST')))?.[1];
    await until('a read is blocked', async () => (await blocked()) !== undefined);
    expect(await ask('CLIENT', 'UNBLOCK', (await blocked()) as string, 'ERROR')).toBe(1);
    await goesOn(3_000);
  });

  it('scripts that the server forgot (NOSCRIPT)', async () => {
    await scene.consume('a');
    await goesOn();
    for (let n = 0; n < 5; n++) {
      await ask('SCRIPT', 'FLUSH');
      await goesOn();
    }
  });

  it('that everything was deleted (FLUSHALL)', async () => {
    await scene.consume('a');
    await goesOn();
    await ask('FLUSHALL');
    await goesOn();
    await goesOn();
  });

  it('that its group was deleted (NOGROUP)', async () => {
    await scene.consume('a');
    await goesOn();
    const keys = new Keys('test:');
    for (let partition = 0; partition < harness.partitions; partition++) {
      await ask('XGROUP', 'DESTROY', keys.stream(scene.stream, partition), 'g').catch(() => 0);
    }
    await goesOn();
  });

  it('a server that starts and has much to load (LOADING)', async () => {
    await scene.consume('a', { leaseTtlMs: 1_000 });
    await goesOn();
    const append = await openStore();
    await ask('DEBUG', 'POPULATE', 5_000, 'filler');
    await ask('BGREWRITEAOF');
    await until('the file is written', async () =>
      String(await ask('INFO', 'persistence')).includes('aof_rewrite_in_progress:0'),
    );
    await redis.kill();
    const loaded = redis.restart();
    const loading = async (): Promise<boolean> => {
      const state = await ask('INFO', 'persistence').catch(() => '');
      return String(state).includes('loading:1');
    };
    await until('it loads', loading);
    expect(await append('during')).toMatchObject({ status: 'failed', retryable: true });
    await loaded;
    await until('the message is taken', async () => (await append('during')).status !== 'failed');
    await goesOn();
  });

  it('a key that is no stream (WRONGTYPE): refused for good, while the other partitions go on', async () => {
    scene.partitions = 4;
    const append = await openStore();
    const key = new Keys('test:').stream(scene.stream, partitionOf('c', 4));
    await ask('SET', key, 'no stream');
    expect(await append('refused')).toMatchObject({ status: 'failed', retryable: false });
    await scene.consume('a');
    let elsewhere = '';
    for (let n = 0; partitionOf((elsewhere = `d${n}`), 4) === partitionOf('c', 4); n++);
    await scene.publish(elsewhere, ['d1']);
    await until('another partition goes on', () => scene.firstDeliveries(elsewhere).length === 1);
    await ask('DEL', key);
    await until('it is taken', async () => (await append('refused')).status === 'stored');
    await until('it is handled', () => scene.firstDeliveries('c').length === 1);
  });
});

describe('in a cluster', () => {
  it('a part of the slots that nobody serves (CLUSTERDOWN) is sat out', async () => {
    const cluster = await startCluster({ config: ['cluster-node-timeout 2000'] });
    const inCluster = redisHarness(() => ({ clusterNodes: cluster.addresses }), 3);
    const { store, close } = await inCluster.open(3);
    const append = async (): Promise<string> => {
      const results = await store.append(
        [0, 1, 2, 3, 4].map((n) => ({ stream: 's', key: `c${n}`, id: `m${n}`, data: 'x' })),
      );
      return results.every((result) => result.status !== 'failed' || result.retryable)
        ? results.map(({ status }) => status).join()
        : 'refused for good';
    };
    await until('all are taken', async () => !(await append()).includes('failed'));
    await cluster.nodes[0]?.kill();
    await until('the cluster is down', async () =>
      String(await askRedis(cluster.nodes[1] as never, ['CLUSTER', 'INFO'])).includes('cluster_state:fail'),
    );
    expect(await append()).toContain('failed');
    await cluster.nodes[0]?.restart();
    await cluster.awaitServing();
    await until(
      'all are taken again',
      async () => (await append()) === 'duplicate,duplicate,duplicate,duplicate,duplicate',
    );
    await close();
    await cluster.stop();
  }, 60_000);
});
