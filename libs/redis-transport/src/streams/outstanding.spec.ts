import { Outstanding } from './outstanding.js';

const given = (...ids: readonly string[]): Outstanding => {
  const outstanding = new Outstanding('1-0');
  outstanding.gave(ids.map((entryId) => ({ entryId, key: 'c', id: entryId, data: '' })));
  return outstanding;
};

const turn = (...entryIds: readonly string[]) => [{ entryIds }];

describe('what was handed out and not passed', () => {
  it('is passed in its order without naming anything', () => {
    const outstanding = given('2-0', '3-0', '4-0');
    const first = outstanding.ending(turn('2-0', '3-0'));
    expect(first).toMatchObject({ args: ['1-0', '3-0', 2, 0], inOrder: true });
    first.done();
    expect(outstanding.ending(turn('4-0'))).toMatchObject({ args: ['3-0', '4-0', 1, 0], inOrder: true });
  });

  it('leaves open what lies before an entry that ends earlier, and names it', () => {
    const outstanding = given('2-0', '3-0', '4-0', '5-0');
    const passing = outstanding.ending(turn('4-0', '3-0'));
    expect(passing).toMatchObject({ args: ['1-0', '4-0', 3, 1, '2-0'], inOrder: false });
    passing.done();
    expect(outstanding.ending(turn('2-0')).args).toEqual(['4-0', '', 0, 0]);
    expect(outstanding.ending(turn('2-0', '5-0'))).toMatchObject({ args: ['4-0', '5-0', 1, 0], inOrder: false });
  });

  it('stays as it was while a call has not answered', () => {
    const outstanding = given('2-0', '3-0');
    outstanding.ending(turn('2-0'));
    expect(outstanding.ending(turn('2-0', '3-0')).args).toEqual(['1-0', '3-0', 2, 0]);
  });

  it('knows what a repeated read brings again', () => {
    const outstanding = given('2-0', '10-0');
    outstanding.gave(['10-0', '11-0'].map((entryId) => ({ entryId, key: 'c', id: entryId, data: '' })));
    expect(outstanding.all().args).toEqual(['1-0', '11-0', 3, 3, '2-0', '10-0', '11-0']);
  });

  it('passes up to an entry that is parked, and it too stays open', () => {
    expect(given('2-0', '3-0', '4-0').through('3-0').args).toEqual(['1-0', '3-0', 2, 2, '2-0', '3-0']);
    expect(given('2-0').through('1-0').args).toEqual(['1-0', '', 0, 0]);
  });

  it('is bounded: the older half of very many is passed', () => {
    const outstanding = given(...Array.from({ length: 2_049 }, (_, i) => `2-${i}`));
    expect(outstanding.overflows).toBe(true);
    const passing = outstanding.older();
    expect(passing.args.slice(0, 4)).toEqual(['1-0', '2-1023', 1_024, 1_024]);
    passing.done();
    expect(outstanding.overflows).toBe(false);
    expect(outstanding.older().args).toEqual(['2-1023', '', 0, 0]);
    expect(outstanding.all().args.slice(0, 4)).toEqual(['2-1023', '2-2048', 1_025, 1_025]);
  });

  it('is right also after what was passed was dropped from memory', () => {
    const outstanding = given();
    for (let n = 2; n < 12_000; n++) {
      outstanding.gave([{ entryId: `${n}-0`, key: 'c', id: '', data: '' }]);
      if (n % 2 === 1) outstanding.ending(turn(`${n - 1}-0`, `${n}-0`)).done();
    }
    expect(outstanding.all().args).toEqual(['11999-0', '', 0, 0]);
    outstanding.gave([{ entryId: '11999-0', key: 'c', id: '', data: '' }]);
    expect(outstanding.all().args).toEqual(['11999-0', '', 0, 0]);
  });

  it('lets calls that pass something follow each other, also after one that failed', async () => {
    const outstanding = given();
    const order: string[] = [];
    const call = (name: string, act: () => Promise<void>): Promise<void> =>
      outstanding.oneByOne(async () => {
        order.push(`${name} begins`);
        await act();
        order.push(`${name} ends`);
      });
    const failing = call('first', () => Promise.reject(new Error('lost')));
    const others = [call('second', () => Promise.resolve()), call('third', () => Promise.resolve())];
    await expect(failing).rejects.toThrow('lost');
    await Promise.all(others);
    expect(order).toEqual(['first begins', 'second begins', 'second ends', 'third begins', 'third ends']);
  });
});
