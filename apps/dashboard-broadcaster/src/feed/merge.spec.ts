import { latestOf } from './merge.js';

const entry = (partition: number, id: string) => ({ partition, id, data: '{}' });

describe('the latest updates of all partitions', () => {
  it('are ordered by time, as numbers and not as texts', () => {
    const entries = [entry(0, '9-1'), entry(0, '10-0'), entry(1, '9-2'), entry(1, '9-10')];
    expect(latestOf(entries, 10).map(({ id }) => id)).toEqual(['9-1', '9-2', '9-10', '10-0']);
  });

  it('leave out the oldest, and keep the order within a partition', () => {
    const entries = [entry(0, '1-0'), entry(0, '3-0'), entry(1, '2-0'), entry(1, '3-0')];
    expect(latestOf(entries, 2).map(({ partition, id }) => `${partition}:${id}`)).toEqual(['0:3-0', '1:3-0']);
    expect(latestOf(entries, 0)).toEqual([]);
  });
});
