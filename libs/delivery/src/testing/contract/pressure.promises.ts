import { describe, expect, it } from '@jest/globals';
import { RetryLater, Unavailable } from '../../errors.js';
import { type Scene, type StoreHarness } from '../scene.js';
import { Gate, until } from '../until.js';

const oneByOne = { quietMs: 0, maxWaitMs: 1_000, maxMessages: 1, maxBytes: 1 << 20 };

const numbered = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export function pressurePromises(scene: () => Scene, harness: StoreHarness): void {
  const nothingPending = () => until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);

  describe('under pressure', () => {
    it('many stuck conversations leave the others of their partition room to go on', async () => {
      scene().partitions = 1;
      let stuck = true;
      const member = { highWaterBytes: 60_000, laneCapBytes: 10_000 };
      await scene().consume('a', member, ({ key }) => {
        if (stuck && key.startsWith('stuck')) throw new RetryLater(100);
      });
      const publisher = await scene().publisher();
      const publish = (key: string, id: string) =>
        publisher.publish({ stream: scene().stream, key, id, data: 'x'.repeat(500) });
      const keys = numbered(20, 'stuck');
      for (const key of keys) await Promise.all(numbered(20, `${key}-`).map((id) => publish(key, id)));
      await publish('free', 'free-0');
      await until('the free conversation goes on', () => scene().firstDeliveries('free').length === 1);
      stuck = false;
      await until('all are delivered', () => scene().messagesDelivered === 401);
      for (const key of keys) expect(scene().firstDeliveries(key)).toEqual(numbered(20, `${key}-`));
      await nothingPending();
    });

    it('a partition with a long backlog does not keep the messages of the others waiting', async () => {
      scene().partitions = 8;
      const publisher = await scene().publisher();
      const publish = (key: string, id: string) =>
        publisher.publish({ stream: scene().stream, key, id, data: 'x'.repeat(2_000) });
      await Promise.all(numbered(3_000, 'm').map((id) => publish('long', id)));
      let waiting = 0;
      await scene().consume('a', { batch: oneByOne, highWaterBytes: 1 << 30 }, async ({ key }) => {
        if (key === 'long') await new Promise((resolve) => setImmediate(resolve));
        else waiting--;
      });
      await until('the backlog is being handled', () => scene().messagesDelivered > 0);
      const others = numbered(40, 'other');
      for (const key of others) {
        waiting++;
        await publish(key, `${key}-0`);
        await until('it is handled beside the backlog', () => waiting === 0, 5_000);
      }
      expect(scene().messagesDelivered).toBeGreaterThanOrEqual(others.length);
    });

    it('keeps the order of a conversation that is larger than what a lane may hold', async () => {
      const gate = new Gate();
      await scene().consume('a', { laneCapBytes: 3_000 }, ({ ids }) => (ids[0] === 'm0' ? gate.opened : undefined));
      const ids = numbered(200, 'm');
      const publisher = await scene().publisher();
      await publisher.publish({ stream: scene().stream, key: 'c', id: 'm0', data: 'm0' });
      await until('the first runs', () => scene().deliveries.length === 1);
      await Promise.all(ids.map((id) => publisher.publish({ stream: scene().stream, key: 'c', id, data: id })));
      gate.release();
      await until('all delivered', () => scene().firstDeliveries('c').length === 200);
      expect(scene().firstDeliveries('c')).toEqual(ids);
      await nothingPending();
    });

    it('a read brings about as much as was asked for, and at least one message', async () => {
      scene().partitions = 1;
      const { store } = await scene().store();
      const publisher = await scene().publisher();
      for (const id of numbered(60, 'm')) {
        await publisher.publish({ stream: scene().stream, key: 'c', id, data: 'x'.repeat(10_000) });
      }
      const lease = await store.acquire({ stream: scene().stream, group: 'g', partition: 0 }, 'reader', 60_000);
      if (!lease) throw new Error('the partition is held');
      const request = { lease, count: 60, maxBytes: 1 } as const;
      const first = await store.read({ ...request, of: 'new', after: lease.lastDelivered });
      expect(first).toMatchObject({ status: 'read', more: true });
      const got = first.status === 'read' ? first.entries : [];
      expect(got.length).toBeGreaterThanOrEqual(1);
      expect(got.length).toBeLessThan(40);
      const rest = await store.read({ ...request, maxBytes: 1 << 20, of: 'new', after: got.at(-1)?.entryId ?? '' });
      expect(rest.status === 'read' && rest.entries.length).toBe(60 - got.length);
    });

    it('refuses new input beyond the backlog limit, stores nothing of it, and takes it once there is room', async () => {
      scene().partitions = 1;
      const limited = await scene().store({ backlogLimit: 5 });
      const publisher = await scene().publisher(limited);
      const publish = (id: string) => publisher.publish({ stream: scene().stream, key: 'c', id, data: id });
      const { store } = await scene().store();
      await store.acquire({ stream: scene().stream, group: 'g', partition: 0 }, 'nobody', 1);
      for (const id of numbered(5, 'm')) await publish(id);
      await expect(publish('m5')).rejects.toThrow(Unavailable);
      expect(await publish('m0')).toMatchObject({ duplicate: true });
      expect(await harness.length(scene().stream)).toBe(5);
      await scene().consume('a');
      await until('handled', () => scene().firstDeliveries('c').length === 5);
      await nothingPending();
      expect(await publish('m5')).toMatchObject({ duplicate: false });
      await until('handled too', () => scene().firstDeliveries('c').length === 6);
    });

    it('recognises a message id for at least the window, and forgets it some time later', async () => {
      const windowMs = 400;
      const publisher = await scene().publisher(await scene().store({ dedupWindowMs: windowMs }));
      const request = { stream: scene().stream, key: 'c', id: 'm1', data: 'x' };
      const bornAtMs = performance.now();
      await publisher.publish(request);
      let result = await publisher.publish(request);
      while (result.duplicate) {
        await publisher.publish({ ...request, id: `other-${performance.now()}` });
        result = await publisher.publish(request);
        if (performance.now() - bornAtMs > 10_000) throw new Error('the id is never forgotten');
      }
      expect(performance.now() - bornAtMs).toBeGreaterThanOrEqual(windowMs);
    });
  });
}
