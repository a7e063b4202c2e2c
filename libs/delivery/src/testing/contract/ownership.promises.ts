import { describe, expect, it } from '@jest/globals';
import { Gate, until } from '../until.js';
import { type Scene, type StoreHarness } from '../scene.js';

const numbered = (count: number, prefix = 'm'): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export function ownershipPromises(scene: () => Scene, harness: StoreHarness): void {
  describe('ownership', () => {
    it('shares the partitions among the members, each owned once', async () => {
      scene().partitions = 8;
      await scene().consume('a');
      expect(new Set(scene().taken.map(({ partition }) => partition)).size).toBe(8);
      await scene().consume('b');
      await until('b has its half', () => scene().taken.length >= 12);
      await scene().publish('c', ['m1']);
      await until('handled once', () => scene().deliveries.length === 1);
    });

    it('hands a running turn’s partition over only after the turn, with nothing delivered twice', async () => {
      const gate = new Gate();
      scene().partitions = 2;
      await scene().consume('a', {}, ({ ids }) => (ids[0]?.endsWith('-0') ? gate.opened : undefined));
      const keys = numbered(6, 'c');
      for (const key of keys) await scene().publish(key, [`${key}-0`, `${key}-1`]);
      await until('turns run', () => scene().deliveries.length === 6);
      const second = scene().consume('b');
      gate.release();
      await second;
      await until('all delivered', () => keys.every((key) => scene().firstDeliveries(key).length === 2));
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
      expect(scene().overlaps).toEqual([]);
      expect(scene().deliveries.filter(({ ids }) => ids[0]?.endsWith('-0'))).toHaveLength(6);
    });

    it('moves a dead member’s partitions and their pending messages to the others', async () => {
      const dying = await scene().store();
      await scene().consume(
        'dying',
        { leaseTtlMs: 200 },
        () => {
          dying.freeze();
          return new Promise<void>(() => undefined);
        },
        dying,
      );
      await scene().publish('c', ['m1', 'm2']);
      await until('it holds the message', () => scene().deliveries.length === 1);
      await scene().consume('heir', { leaseTtlMs: 200 });
      await until('the heir has both', () => {
        const heirs = scene()
          .deliveries.filter(({ member }) => member === 'heir')
          .flatMap(({ ids }) => ids);
        return heirs.includes('m1') && heirs.includes('m2');
      });
    });

    it('delivers once, in order, what a former owner reads after it has lost the partition', async () => {
      scene().partitions = 1;
      const { store: former } = await scene().store();
      const lease = await former.acquire({ stream: scene().stream, group: 'g', partition: 0 }, 'former', 1);
      if (!lease) throw new Error('the partition is held');
      await scene().consume('owner');
      await until('it has a new owner', () => scene().taken.length === 1);
      const request = { lease, of: 'new', after: lease.lastDelivered, count: 10, maxBytes: 1 << 20 } as const;
      const ids = numbered(300);
      const answers = new Set<string>();
      let published = false;
      const reading = (async () => {
        while (!published) answers.add((await former.read(request)).status);
      })();
      await scene().publish('c', ids);
      published = true;
      await reading;
      await until('all delivered', () => scene().messagesDelivered === ids.length);
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
      expect(scene().deliveries.flatMap((delivery) => delivery.ids)).toEqual(ids);
      expect([...answers]).toEqual(['fenced']);
    });

    it('tells a running turn that its partition was lost', async () => {
      const faulty = await scene().store();
      let aborted: unknown;
      await scene().consume(
        'a',
        { leaseTtlMs: 200 },
        async ({ turn }) => {
          if (aborted) return;
          const { signal } = turn;
          faulty.freeze();
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          aborted = signal.reason;
        },
        faulty,
      );
      await scene().publish('c', ['m1']);
      await until('aborted', () => aborted !== undefined);
      expect(aborted).toMatchObject({ code: 'LEASE_LOST' });
      faulty.thaw();
    });

    it('gives everything back on stop: the next member begins at once and nothing is delivered twice', async () => {
      const first = await scene().consume('first', { leaseTtlMs: 60_000 });
      await scene().publish('c', ['m1']);
      await until('handled', () => scene().deliveries.length === 1);
      await first.stop();
      await scene().consume('second', { leaseTtlMs: 60_000 });
      await scene().publish('c', ['m2']);
      await until('handled', () => scene().deliveries.length === 2);
      expect(scene().deliveries.map(({ ids }) => ids[0])).toEqual(['m1', 'm2']);
    });

    it('costs no attempt when a hand-over aborts a turn', async () => {
      scene().partitions = 1;
      const first = await scene().consume(
        'first',
        { drainMs: 50, retry: { maxAttempts: 1, minBackoffMs: 2, maxBackoffMs: 4 } },
        ({ turn }) =>
          new Promise((_, reject) => turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error))),
      );
      await scene().publish('c', ['m1']);
      await until('the turn runs', () => scene().deliveries.length === 1);
      await first.stop();
      await scene().consume('second', { retry: { maxAttempts: 1, minBackoffMs: 2, maxBackoffMs: 4 } });
      await until('tried again', () => scene().reports.some(({ outcome }) => outcome === 'done'));
      expect(scene().deliveries.map(({ attempts }) => attempts[0])).toEqual([1, 1]);
      expect(await harness.lines(scene().deadLetters)).toEqual([]);
    });

    it('takes nothing when it is stopped while it starts', async () => {
      scene().partitions = 2;
      const faulty = await scene().store();
      faulty.freeze();
      const starting = scene().consume('a', {}, undefined, faulty);
      await until('it asks the store', () => scene().consumers.length === 1);
      const stopped = scene().consumers[0]?.stop();
      faulty.thaw();
      await Promise.all([starting, stopped]);
      expect(scene().taken).toEqual([]);
      await scene().consume('b');
      await until('another has all', () => scene().taken.length === 2);
      expect(faulty.calls).not.toContain('acquire');
    });

    it('goes on after the connection to the store was gone for longer than the lease', async () => {
      const faulty = await scene().store();
      await scene().consume('a', { leaseTtlMs: 150 }, undefined, faulty);
      await scene().publish('c', ['m1']);
      await until('handled', () => scene().deliveries.length === 1);
      faulty.freeze();
      await scene().publish('c', ['m2']);
      await until('its partitions are lost', () => scene().gone.length > 0);
      faulty.thaw();
      await until('handled after', () => scene().firstDeliveries('c').length === 2);
    });

    it('gives a group that comes late everything that is kept, in order', async () => {
      await scene().consume('a');
      await scene().publish('c', numbered(5));
      await until('handled', () => scene().firstDeliveries('c').length === 5);
      await scene().consume('late', { group: 'late' });
      const late = () =>
        scene()
          .deliveries.filter(({ member }) => member === 'late')
          .flatMap(({ ids }) => ids);
      await until('the late group has them', () => late().length === 5);
      expect(late()).toEqual(numbered(5));
    });

    it('shows a message addressed to one group to that group alone', async () => {
      await scene().consume('a');
      await scene().consume('b', { group: 'other' });
      const publisher = await scene().publisher();
      await publisher.publish({ stream: scene().stream, key: 'c', id: 'm1', data: '', onlyGroup: 'other' });
      await publisher.publish({ stream: scene().stream, key: 'c', id: 'm2', data: '' });
      await until(
        'both groups are through',
        () => scene().deliveries.filter(({ ids }) => ids.includes('m2')).length === 2,
      );
      expect(
        scene()
          .deliveries.filter(({ ids }) => ids.includes('m1'))
          .map(({ member }) => member),
      ).toEqual(['b']);
      await until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);
    });
  });
}
