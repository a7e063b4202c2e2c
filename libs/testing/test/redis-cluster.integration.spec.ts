import { askRedis, infoOf, startCluster } from '../src/index.js';

describe('a cluster', () => {
  it('serves all slots, each by one of its masters, and points to the others', async () => {
    const cluster = await startCluster({ masters: 3 });
    try {
      const answers = await Promise.all(
        cluster.nodes.map((node) => askRedis(node, ['SET', 'room:{p7}', '1']).catch((error: Error) => error.message)),
      );
      expect(answers.filter((answer) => answer === 'OK')).toHaveLength(1);
      const owner = cluster.nodes[answers.indexOf('OK')];
      const moved = answers.filter((answer) => String(answer).startsWith('MOVED'));
      expect(moved).toHaveLength(2);
      for (const answer of moved) expect(answer).toContain(` 127.0.0.1:${owner?.port}`);
    } finally {
      await cluster.stop();
    }
  });

  it('has the replicas it was asked for, in sync with their masters', async () => {
    const cluster = await startCluster({ masters: 2, replicas: 2 });
    try {
      expect(cluster.nodes).toHaveLength(6);
      for (const master of cluster.nodes.slice(0, 2)) {
        const ports = await Promise.all(
          cluster.replicasOf(master).map(async (replica) => (await infoOf(replica, 'replication')).get('master_port')),
        );
        expect(ports).toEqual([String(master.port), String(master.port)]);
        expect((await infoOf(master, 'replication')).get('connected_slaves')).toBe('2');
      }
    } finally {
      await cluster.stop();
    }
  });
});
