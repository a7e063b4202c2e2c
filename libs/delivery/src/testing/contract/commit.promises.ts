import { describe, expect, it } from '@jest/globals';
import { type Scene, type StoreHarness } from '../scene.js';
import { Gate, until } from '../until.js';

const oneByOne = { batch: { quietMs: 0, maxWaitMs: 1_000, maxMessages: 1, maxBytes: 1 << 20 } };

export function commitPromises(scene: () => Scene, harness: StoreHarness): void {
  const out = (): string => `${scene().stream}-out`;
  const audit = (): string => `${scene().stream}-audit`;
  const emitBoth = ({ turn, ids }: { turn: { emit: (effect: never) => void }; ids: readonly string[] }): void => {
    turn.emit({ kind: 'message', stream: out(), id: `${ids.join('+')}/out`, data: `out of ${ids.join('+')}` } as never);
    turn.emit({ kind: 'log', stream: audit(), fields: ['d', `audit of ${ids.join('+')}`], cap: 0 } as never);
  };
  const nothingPending = () => until('nothing pending', async () => (await harness.pending(scene().stream, 'g')) === 0);

  describe('commit', () => {
    it('carries out acknowledgement, output and audit together', async () => {
      await scene().consume('a', {}, emitBoth);
      await scene().publish('c', ['m1']);
      await until('the output is there', async () => (await harness.lines(out())).length > 0);
      await nothingPending();
      expect(await harness.lines(out())).toEqual(['out of m1']);
      expect(await harness.lines(audit())).toEqual(['audit of m1']);
    });

    it('emits nothing of a turn that failed', async () => {
      await scene().consume('a', {}, (delivery) => {
        emitBoth(delivery);
        if (delivery.attempts[0] === 1) throw new Error('after emitting');
      });
      await scene().publish('c', ['m1']);
      await until('the output is there', async () => (await harness.lines(out())).length > 0);
      await nothingPending();
      expect(await harness.lines(out())).toEqual(['out of m1']);
      expect(scene().deliveries).toHaveLength(2);
    });

    it('is neither doubled nor lost when its reply is lost on the wire', async () => {
      const faulty = await scene().store();
      faulty.fail('commit', 'after', 'after', 'before', 'after');
      await scene().consume('a', oneByOne, emitBoth, faulty);
      await scene().publish('c', ['m1', 'm2', 'm3']);
      await until('all three are out', async () => (await harness.lines(out())).length >= 3);
      await nothingPending();
      expect(await harness.lines(out())).toEqual(['out of m1', 'out of m2', 'out of m3']);
      expect(await harness.lines(audit())).toHaveLength(3);
      expect(scene().deliveries).toHaveLength(3);
    });

    it('finds entries again whose delivery was lost on the wire', async () => {
      const faulty = await scene().store();
      faulty.fail('read', 'after', 'before', 'after', 'after');
      await scene().consume('a', oneByOne, emitBoth, faulty);
      await scene().publish('c', ['m1', 'm2']);
      await scene().publish('d', ['m3']);
      await until('all three are out', async () => (await harness.lines(out())).length >= 3);
      await nothingPending();
      expect(scene().firstDeliveries('c')).toEqual(['m1', 'm2']);
      expect(scene().deliveries).toHaveLength(3);
    });

    it('finds entries again that a read delivered after it was given up and the connection was made anew', async () => {
      scene().partitions = 1;
      const faulty = await scene().store();
      await scene().consume('a', oneByOne, emitBoth, faulty);
      await scene().publish('c', ['m1']);
      await until('the first is out', async () => (await harness.lines(out())).length === 1);
      faulty.fail('read', 'late');
      await scene().publish('c', ['m2']);
      await until('the second is out', async () => (await harness.lines(out())).length === 2);
      await scene().publish('c', ['m3']);
      await until('the third is out', async () => (await harness.lines(out())).length === 3);
      expect(await harness.lines(out())).toEqual(['out of m1', 'out of m2', 'out of m3']);
      await nothingPending();
    });

    const { remember } = harness;
    if (remember)
      it('is made again when the store forgot it: the owner notices and begins anew', async () => {
        const gate = new Gate();
        await scene().consume('a', { ...oneByOne, leaseTtlMs: 2_000 }, async (delivery) => {
          emitBoth(delivery);
          await gate.opened;
        });
        await scene().publish('c', ['m1', 'm2']);
        await until('the first turn runs', () => scene().deliveries.length === 1);
        const goBack = await remember(scene().stream);
        gate.release();
        await until('both are committed', async () => (await harness.lines(out())).length === 2);
        await goBack();
        await until('both are handled again', () => scene().deliveries.length >= 4);
        await nothingPending();
        expect(await harness.lines(out())).toEqual(['out of m1', 'out of m2']);
      });

    it('is refused to a zombie: a frozen owner that wakes after its lease was taken commits nothing', async () => {
      const zombie = await scene().store();
      await scene().consume(
        'zombie',
        { leaseTtlMs: 200 },
        async (delivery) => {
          emitBoth(delivery);
          zombie.freeze();
          await until('the heir has it', () => scene().deliveries.some(({ member }) => member === 'heir'));
        },
        zombie,
      );
      await scene().publish('c', ['m1']);
      await until('the zombie holds it', () => scene().deliveries.length === 1);
      await scene().consume('heir', { leaseTtlMs: 200 }, emitBoth);
      await until('the heir has it', () => scene().deliveries.some(({ member }) => member === 'heir'));
      await nothingPending();
      zombie.thaw();
      await until('the zombie knows', () => scene().reports.length >= 1 && zombie.calls.length > 0);
      expect(await harness.lines(out())).toEqual(['out of m1']);
      expect(await harness.lines(audit())).toEqual(['audit of m1']);
    });
  });
}
