import { readOptions } from '../bench-options.js';
import { measureFigures } from '../measure-figures.js';
import { runLoop } from './run-loop.js';

describe('a loop', () => {
  it('measures its turns and not its warm-up, in every repetition', () => {
    const turns: number[] = [];
    const prepare = () => (turn: number) => void turns.push(turn);
    const loop = { name: 'trial', repetitions: 3, warmUp: 5, turns: 20, prepare };
    const values = runLoop(loop, { scale: 0.5, tell: () => undefined });
    expect(values).toHaveLength(3);
    expect(turns).toHaveLength(3 * (5 + 10));
  });

  it('takes as long as its work takes', () => {
    const prepare = () => () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    const loop = { name: 'trial', repetitions: 1, warmUp: 0, turns: 5, prepare };
    const [microseconds] = runLoop(loop, { scale: 1, tell: () => undefined });
    expect(microseconds).toBeGreaterThanOrEqual(2_000);
  });

  it('gives the validation figures, judged by their own value', async () => {
    const options = { ...readOptions([]), only: 'validation', scale: 0.01, repetitions: 1 };
    const { judged } = await measureFigures(options, () => undefined);
    expect(judged.map(([{ name }]) => name)).toEqual(['validation-envelope', 'validation-agent-message']);
    for (const [, { value, limit, holds, ratio }] of judged) {
      expect({ limit, ratio, holds }).toEqual({ limit: 3, ratio: null, holds: (value ?? Infinity) <= 3 });
    }
  });
});
