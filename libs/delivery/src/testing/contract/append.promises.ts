import { describe, expect, it } from '@jest/globals';
import { PartitionCountMismatchError } from '../../errors.js';
import { type Scene, type StoreHarness } from '../scene.js';

const log = (stream: string, text: string) => ({ kind: 'log', stream, fields: ['d', text], cap: 0 }) as const;

export function appendPromises(scene: () => Scene, harness: StoreHarness): void {
  describe('append', () => {
    it('answers the entry id, and the same one for a duplicate, which stores nothing', async () => {
      const publisher = await scene().publisher();
      const request = { stream: scene().stream, key: 'c', id: 'm1', data: 'x' };
      const first = await publisher.publish(request);
      const second = await publisher.publish(request);
      expect(first.duplicate).toBe(false);
      expect(second).toEqual({ entryId: first.entryId, duplicate: true });
      expect(await harness.length(scene().stream)).toBe(1);
    });

    it('makes one entry of a storm of identical messages over several publishers', async () => {
      const publishers = await Promise.all(Array.from({ length: 4 }, () => scene().publisher()));
      const request = { stream: scene().stream, key: 'c', id: 'm1', data: 'x' };
      const storm = Array.from({ length: 1_000 }, (_, i) => publishers[i % 4]?.publish(request));
      const results = await Promise.all(storm);
      expect(results.filter((result) => result?.duplicate === false)).toHaveLength(1);
      expect(await harness.length(scene().stream)).toBe(1);
    });

    it('carries out its effects with the first append and not with a duplicate', async () => {
      const { stream } = scene();
      const effects = [log(`${stream}-audit`, 'seen')];
      await scene().publish('c', ['m1', 'm1'], effects);
      expect(await harness.lines(`${stream}-audit`)).toEqual(['seen']);
    });

    it('neither loses nor doubles a message when a call fails on the way there or its reply is lost', async () => {
      const faulty = await scene().store();
      faulty.fail('append', 'before', 'after', 'before');
      const publisher = await scene().publisher(faulty);
      const published = await publisher.publish({ stream: scene().stream, key: 'c', id: 'm1', data: 'x' });
      expect(published.duplicate).toBe(true);
      expect(await harness.length(scene().stream)).toBe(1);
    });

    it('keeps the order of one publisher’s calls within a conversation', async () => {
      const publisher = await scene().publisher();
      const ids = Array.from({ length: 500 }, (_, i) => `m${i}`);
      await Promise.all(ids.map((id) => publisher.publish({ stream: scene().stream, key: 'c', id, data: id })));
      expect(await harness.lines(scene().stream)).toEqual(ids);
    });

    it('takes texts of any kind: empty, long, with NUL, quotes and emoji', async () => {
      const publisher = await scene().publisher();
      const texts = ['', 'x'.repeat(1_000_000), 'a\u0000b', '"\'\\', '👋🏽 ünï'];
      for (const [i, data] of texts.entries()) {
        await publisher.publish({ stream: scene().stream, key: 'c', id: `m${i}`, data });
      }
      expect(await harness.lines(scene().stream)).toEqual(texts);
    });

    it('refuses a start with another number of partitions and says what to do', async () => {
      const { store } = await scene().store();
      await store.declareStream(scene().stream, 4);
      await expect(scene().consume('a', { partitions: 8 })).rejects.toThrow(PartitionCountMismatchError);
      await expect(scene().consume('a', { partitions: 8 })).rejects.toThrow(/Set PARTITIONS=4/);
    });
  });
}
