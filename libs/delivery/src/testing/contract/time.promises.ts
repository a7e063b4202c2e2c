import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../errors.js';
import { entryIdBefore, entryTimeMs } from '../../partition/entry-id.js';
import { type Scene, type StoreHarness } from '../scene.js';
import { Gate, until } from '../until.js';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);

export function timePromises(scene: () => Scene, harness: StoreHarness): void {
  describe('time', () => {
    it('delivers a delayed message not before its time, once, and what was published meanwhile before it', async () => {
      const publisher = await scene().publisher();
      await scene().consume('a');
      const { stream } = scene();
      const publishedAtMs = Date.now();
      const late = { stream, key: 'c', id: 'late', data: 'late', delayMs: 400 };
      expect(await publisher.publish(late)).toEqual({ entryId: '', duplicate: false });
      expect(await publisher.publish(late)).toEqual({ entryId: '', duplicate: true });
      await publisher.publish({ stream, key: 'c', id: 'soon', data: 'soon' });
      await until('both delivered', () => scene().messagesDelivered === 2);
      expect(scene().firstDeliveries('c')).toEqual(['soon', 'late']);
      const entryId =
        scene()
          .deliveries.find(({ ids }) => ids.includes('late'))
          ?.turn.messages.at(-1)?.entryId ?? '';
      expect(entryTimeMs(entryId) - publishedAtMs).toBeGreaterThanOrEqual(399);
      expect(await harness.length(stream)).toBe(2);
    });

    it('keeps a delayed message while nobody consumes', async () => {
      const publisher = await scene().publisher();
      await publisher.publish({ stream: scene().stream, key: 'c', id: 'm1', data: 'x', delayMs: 1 });
      await scene().consume('a');
      await until('delivered', () => scene().messagesDelivered === 1);
    });

    it('lets one group read again from an entry on, in order, and no other group', async () => {
      await scene().consume('a');
      await scene().consume('b', { group: 'other' });
      await scene().publish('c', numbered(6));
      await until('both groups have all', () => scene().deliveries.flatMap(({ ids }) => ids).length === 12);
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
      const third = scene()
        .deliveries.flatMap(({ turn }) => turn.messages)
        .find(({ id }) => id === 'm2')?.entryId as string;
      const { store } = await scene().store();
      const before = scene().deliveries.length;
      for (let partition = 0; partition < scene().partitions; partition++) {
        await store.rewind({ stream: scene().stream, group: 'g', partition }, third);
      }
      const again = () =>
        scene()
          .deliveries.slice(before)
          .flatMap(({ ids, member }) => ids.map((id) => `${member} ${id}`));
      await until('the rest again', () => again().length === 3);
      expect(again()).toEqual(['a m3', 'a m4', 'a m5']);
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
    });

    it('a replay from a time neither stops the trimming nor fills the backlog', async () => {
      scene().partitions = 1;
      const limited = await scene().store({ backlogLimit: 60 });
      const publisher = await scene().publisher(limited);
      const member = await scene().consume('a', { retentionMs: 60_000 });
      const publish = (id: string) => publisher.publish({ stream: scene().stream, key: 'c', id, data: id });
      for (const id of numbered(100)) {
        await publish(id);
        if (id.endsWith('0')) await until('handled', () => scene().firstDeliveries('c').includes(id));
      }
      await until('all handled', () => scene().firstDeliveries('c').length === 100);
      await member.stop();
      const { store } = await scene().store();
      const at = { stream: scene().stream, group: 'g', partition: 0 };
      const entries = scene().deliveries.flatMap(({ turn }) => turn.messages);
      const late = entries[95]?.appendedAtMs ?? 0;
      await store.rewind(at, entryIdBefore(new Date(late)));
      expect(await publish('more')).toMatchObject({ duplicate: false });
      const lease = await store.acquire(at, 'trimmer', 60_000);
      if (!lease) throw new Error('the partition is held');
      await expect(store.trim(lease, 0)).resolves.toBeGreaterThanOrEqual(0);
      await store.rewind(at, '0-0');
      await expect(publish('too much')).rejects.toThrow(Unavailable);
    });

    it('trims what every group has handled, and nothing that one of them has not', async () => {
      scene().partitions = 1;
      const { store } = await scene().store();
      const gate = new Gate();
      const member = await scene().consume('a');
      await scene().consume('b', { group: 'slow' }, () => gate.opened);
      await scene().publish('c', numbered(250));
      await until(
        'the fast group is through',
        async () => (await harness.pending(scene().stream, 'g')) === 0 && scene().firstDeliveries('c').length === 250,
      );
      await member.stop();
      const at = { stream: scene().stream, group: 'g', partition: 0 };
      const lease = await store.acquire(at, 'trimmer', 60_000);
      if (!lease) throw new Error('the partition is held');
      expect(await store.trim(lease, 0)).toBe(0);
      expect(await harness.length(scene().stream)).toBe(250);
      gate.release();
      await until('the slow group too', async () => (await harness.pending(scene().stream, 'slow')) === 0);
      expect(await store.trim(lease, 0)).toBeGreaterThan(100);
    });
  });
}
