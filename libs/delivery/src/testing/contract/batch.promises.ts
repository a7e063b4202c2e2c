import { describe, expect, it } from '@jest/globals';
import { Gate, until } from '../until.js';
import { type Scene, type StoreHarness } from '../scene.js';

const batch = (quietMs: number, more: object = {}) => ({
  batch: { quietMs, maxWaitMs: 60_000, maxMessages: 50, maxBytes: 1 << 20, ...more },
});

export function batchPromises(scene: () => Scene, harness: StoreHarness): void {
  describe('batches', () => {
    it('hands over a burst as one batch, in order, after the quiet time', async () => {
      await scene().consume('a', batch(300));
      await scene().publish('c', ['m1', 'm2', 'm3']);
      await until('a batch', () => scene().deliveries.length > 0);
      expect(scene().deliveries.map(({ ids }) => ids)).toEqual([['m1', 'm2', 'm3']]);
      expect(await until('committed', async () => (await harness.pending(scene().stream, 'g')) === 0)).toBeUndefined();
    });

    it('keeps members of a batch pending until the turn is committed', async () => {
      const gate = new Gate();
      await scene().consume('a', batch(50), () => gate.opened);
      await scene().publish('c', ['m1', 'm2']);
      await until('the turn runs', () => scene().deliveries.length === 1);
      expect(await harness.pending(scene().stream, 'g')).toBe(2);
      gate.release();
      await until('committed', async () => (await harness.pending(scene().stream, 'g')) === 0);
    });

    it('does not wait for quiet beyond the longest wait', async () => {
      const publisher = await scene().publisher();
      await scene().consume('a', batch(10_000, { maxWaitMs: 400 }));
      let n = 0;
      await until('a batch in spite of the stream of messages', async () => {
        await publisher.publish({ stream: scene().stream, key: 'c', id: `m${n++}`, data: '' });
        return scene().deliveries.length > 0;
      });
      expect(scene().deliveries[0]?.ids.length).toBeGreaterThan(1);
    });

    it('hands over at once when the batch is full, by number or by size', async () => {
      await scene().consume('a', batch(60_000, { maxMessages: 3 }));
      await scene().publish('c', ['m1', 'm2', 'm3', 'm4']);
      await until('a full batch', () => scene().deliveries.length === 1);
      expect(scene().deliveries[0]?.ids).toEqual(['m1', 'm2', 'm3']);
    });

    it('makes the next batch of what arrives during a turn', async () => {
      const gate = new Gate();
      await scene().consume('a', batch(0), ({ ids }) => (ids[0] === 'm1' ? gate.opened : undefined));
      await scene().publish('c', ['m1']);
      await until('the turn runs', () => scene().deliveries.length === 1);
      await scene().publish('c', ['m2', 'm3']);
      const reader = await scene().store();
      await until('both wait in the lane', async () => (await harness.pending(scene().stream, 'g')) === 3 && !!reader);
      gate.release();
      await until('the next batch', () => scene().firstDeliveries('c').length === 3);
      expect(scene().deliveries.map(({ ids }) => ids)).toEqual([['m1'], ['m2', 'm3']]);
    });

    it('wakes for a message that arrives just as the lane became empty', async () => {
      await scene().consume('a', batch(0));
      const publisher = await scene().publisher();
      for (let i = 0; i < 100; i++) {
        await publisher.publish({ stream: scene().stream, key: 'c', id: `m${i}`, data: '' });
        if (i % 3 === 0) await until('handled', () => scene().firstDeliveries('c').length === i + 1, 5_000);
      }
      await until('all handled', () => scene().firstDeliveries('c').length === 100);
    });

    it('does not abort a turn for ever, however fast newer messages come', async () => {
      const publisher = await scene().publisher();
      await scene().consume('a', { ...batch(0, { maxMessages: 5, maxWaitMs: 300 }), onNewer: 'abort' }, ({ turn }) => {
        return new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, 40);
          turn.signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(turn.signal.reason as Error);
          });
        });
      });
      let n = 0;
      await until('a turn is done in spite of the stream of messages', async () => {
        await publisher.publish({ stream: scene().stream, key: 'c', id: `m${n++}`, data: '' });
        return scene().reports.some(({ outcome }) => outcome === 'done');
      });
      expect(scene().firstDeliveries('c')[0]).toBe('m0');
    });

    it('aborts a running turn for newer messages when told to, and answers all of them together', async () => {
      await scene().consume('a', { ...batch(0), onNewer: 'abort' }, ({ ids, turn }) => {
        if (ids.length > 1) return undefined;
        return new Promise((_, reject) =>
          turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error)),
        );
      });
      await scene().publish('c', ['m1']);
      await until('the turn runs', () => scene().deliveries.length === 1);
      await scene().publish('c', ['m2']);
      await until('both together', () => scene().deliveries.length === 2);
      expect(scene().deliveries[1]?.ids).toEqual(['m1', 'm2']);
      expect(scene().deliveries[1]?.attempts).toEqual([1, 1]);
    });
  });
}
