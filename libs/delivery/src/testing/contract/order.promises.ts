import { describe, expect, it } from '@jest/globals';
import { Gate, until } from '../until.js';
import { type Scene, type StoreHarness } from '../scene.js';

const numbered = (count: number, prefix = 'm'): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export function orderPromises(scene: () => Scene, harness: StoreHarness): void {
  describe('order', () => {
    it('hands over each conversation in order, over several members', async () => {
      const keys = numbered(20, 'c');
      await Promise.all(['a', 'b', 'c'].map((member) => scene().consume(member)));
      await Promise.all(keys.map((key) => scene().publish(key, numbered(30, `${key}-`))));
      await until('all delivered', () => scene().messagesDelivered === 600);
      for (const key of keys) expect(scene().firstDeliveries(key)).toEqual(numbered(30, `${key}-`));
      expect(scene().overlaps).toEqual([]);
    });

    it('never runs two turns of one conversation at once', async () => {
      await scene().consume('a', {}, () => new Promise((resolve) => setImmediate(resolve)));
      await scene().publish('c', numbered(50));
      await until('all delivered', () => scene().firstDeliveries('c').length === 50);
      expect(scene().overlaps).toEqual([]);
    });

    it('lets other conversations of the same partition go on while one is stuck', async () => {
      const gate = new Gate();
      scene().partitions = 1;
      await scene().consume('a', {}, ({ key }) => (key === 'stuck' ? gate.opened : undefined));
      await scene().publish('stuck', ['s1', 's2']);
      await scene().publish('free', numbered(20));
      await until('the free one is through', () => scene().firstDeliveries('free').length === 20);
      expect(scene().firstDeliveries('stuck')).toEqual(['s1']);
      gate.release();
      await until('the stuck one too', () => scene().firstDeliveries('stuck').length === 2);
    });

    it('keeps the order through retries, and the retry holds only its own conversation', async () => {
      let failures = 2;
      scene().partitions = 1;
      const oneByOne = { batch: { quietMs: 0, maxWaitMs: 1_000, maxMessages: 1, maxBytes: 1 << 20 } };
      await scene().consume('a', oneByOne, ({ ids }) => {
        if (ids[0] === 'm0' && failures-- > 0) throw new Error('not yet');
      });
      await scene().publish('c', ['m0']);
      await scene().publish('other', ['o0']);
      await scene().publish('c', ['m1', 'm2']);
      await until(
        'all delivered',
        () => scene().firstDeliveries('c').length === 3 && scene().firstDeliveries('other').length === 1,
      );
      const order = scene()
        .deliveries.filter(({ key }) => key === 'c')
        .flatMap(({ ids }) => ids);
      expect(order.indexOf('m1')).toBeGreaterThan(order.lastIndexOf('m0'));
      expect(order.filter((id) => id === 'm0')).toHaveLength(3);
    });

    it('reads on past a conversation whose messages are more than its share of memory', async () => {
      const gate = new Gate();
      scene().partitions = 1;
      const options = {
        laneCapBytes: 2_000,
        batch: { quietMs: 0, maxWaitMs: 1_000, maxMessages: 5, maxBytes: 1 << 20 },
      };
      await scene().publish('stuck', numbered(200, 's'));
      await scene().publish('free', numbered(5));
      await scene().consume('a', options, ({ key }) => (key === 'stuck' ? gate.opened : undefined));
      await until('the free one is through', () => scene().firstDeliveries('free').length === 5);
      gate.release();
      await until('the stuck one too', () => scene().firstDeliveries('stuck').length === 200);
      expect(scene().firstDeliveries('stuck')).toEqual(numbered(200, 's'));
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
    });

    it('stops reading at the memory mark and loses nothing by it', async () => {
      const gate = new Gate();
      scene().partitions = 2;
      await scene().publish('a', numbered(50, 'a'));
      await Promise.all(numbered(40, 'k').map((key) => scene().publish(key, numbered(20, `${key}-`))));
      await scene().consume('a', { highWaterBytes: 20_000, concurrency: 4 }, () => gate.opened);
      await until('four turns run', () => scene().deliveries.length === 4);
      expect(await harness.pending(scene().stream, 'g')).toBeLessThan(850);
      gate.release();
      await until('all delivered', () => scene().messagesDelivered === 850);
      expect(scene().overlaps).toEqual([]);
    });
  });
}
