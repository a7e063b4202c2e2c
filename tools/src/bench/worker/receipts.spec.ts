import { ordinary } from '../experiments/experiment.js';
import { benchMessage } from '../load/bench-message.js';
import { type LoadPlan } from '../load/load-plan.js';
import { machineNowMs } from '../load/machine-clock.js';
import { Receipts } from './receipts.js';

const plan: LoadPlan = {
  ...ordinary,
  redisPort: 0,
  peersFolder: '',
  warmUp: 2,
  messages: 4,
  conversations: 2,
  send: { kind: 'steady', perSecond: 10 },
};

function receiptsOf(numbers: readonly number[]): { receipts: Receipts; told: string[] } {
  const told: string[] = [];
  const receipts = new Receipts(plan, { warm: () => told.push('warm'), complete: () => told.push('complete') });
  for (const n of numbers) receipts.take([benchMessage(n, machineNowMs(), plan).data]);
  return { receipts, told };
}

describe('the account of received messages', () => {
  it('is complete only when every message has come', () => {
    expect(receiptsOf([0, 1, 2, 3, 4, 4]).told).toEqual(['warm']);
    expect(receiptsOf([0, 1, 2, 3, 4, 5]).told).toEqual(['warm', 'complete']);
  });

  it('notices a message that comes twice', () => {
    expect(receiptsOf([0, 1, 2, 1]).receipts.duplicates).toBe(1);
  });

  it('notices a message after a later one of its conversation, and only of its own', () => {
    expect(receiptsOf([1, 0, 3, 2]).receipts.disordered).toBe(0);
    expect(receiptsOf([2, 0]).receipts.disordered).toBe(1);
  });

  it('times measured messages and leaves the warm-up out', () => {
    expect(receiptsOf([0, 1, 2, 3]).receipts.sortedLatencies()).toHaveLength(2);
  });
});

describe('a message', () => {
  it('holds 300 bytes', () => {
    expect(Buffer.byteLength(benchMessage(123_456, machineNowMs(), plan).data)).toBe(300);
  });
});
