import { OwnedPartition } from '../partition/owned-partition.js';
import { Budget } from './budget.js';
import { Fifo } from './fifo.js';
import { Lane } from './lane.js';
import { type WaitingMessage } from './waiting-message.js';

const lease = { stream: 's', group: 'g', partition: 0, fence: '1:x', lastDelivered: '0-0', parked: [] };
const message = (n: number, bytes = 10): WaitingMessage => ({
  entry: { entryId: `${n}-0`, key: 'c', id: `m${n}`, data: '' },
  bytes,
  arrivedAtMs: 0,
  redelivered: false,
  attempts: 0,
  attemptsStored: false,
  mayKill: false,
  suspect: false,
  begun: false,
});
const laneOf = (...messages: WaitingMessage[]): Lane => {
  const lane = new Lane('c', new OwnedPartition(lease));
  for (const one of messages) lane.push(one);
  return lane;
};
const idsOf = (batch: readonly WaitingMessage[]): string[] => batch.map(({ entry }) => entry.id);

describe('a lane', () => {
  it('hands out batches in order within both limits, and at least one message however large', () => {
    const lane = laneOf(message(1), message(2), message(3), message(4, 1_000));
    expect(idsOf(lane.take({ maxMessages: 2, maxBytes: 1_000 }))).toEqual(['m1', 'm2']);
    expect(idsOf(lane.take({ maxMessages: 9, maxBytes: 500 }))).toEqual(['m3']);
    expect(idsOf(lane.take({ maxMessages: 9, maxBytes: 500 }))).toEqual(['m4']);
    expect([lane.length, lane.bytes]).toEqual([0, 0]);
  });

  it('puts a failed batch back where it was', () => {
    const lane = laneOf(message(1), message(2), message(3));
    lane.putBack(lane.take({ maxMessages: 2, maxBytes: 1_000 }));
    expect(idsOf(lane.take({ maxMessages: 9, maxBytes: 1_000 }))).toEqual(['m1', 'm2', 'm3']);
  });

  it('takes the messages of an isolated batch one by one, then batches again', () => {
    const limits = { maxMessages: 9, maxBytes: 1_000 };
    const lane = laneOf(message(1), message(2), message(3), message(4));
    const failed = lane.take({ maxMessages: 2, maxBytes: 1_000 });
    lane.isolate(failed);
    lane.putBack(failed);
    for (const expected of ['m1', 'm2']) {
      const batch = lane.take(limits);
      expect(idsOf(batch)).toEqual([expected]);
      lane.settled(batch);
    }
    expect(idsOf(lane.take(limits))).toEqual(['m3', 'm4']);
  });
});

describe('the memory budget', () => {
  it('is exhausted at the high mark and tells once there is room below the low one', () => {
    const budget = new Budget(100);
    let told = 0;
    budget.take(100);
    expect(budget.exhausted).toBe(true);
    budget.whenRoom(() => told++);
    budget.give(20);
    expect(told).toBe(0);
    budget.give(10);
    budget.give(10);
    expect([told, budget.exhausted, budget.usedBytes]).toEqual([1, false, 60]);
  });
});

describe('a first-in-first-out queue', () => {
  it('gives back what was put in, in order, over many', () => {
    const queue = new Fifo<number>();
    const out: (number | undefined)[] = [];
    for (let i = 0; i < 5_000; i++) {
      queue.push(i);
      if (i % 2 === 0) out.push(queue.shift());
    }
    while (queue.length > 0) out.push(queue.shift());
    expect(out).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(queue.shift()).toBeUndefined();
  });
});
