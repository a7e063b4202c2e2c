import { askRedis, startCluster } from '../src/index.js';

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
});
