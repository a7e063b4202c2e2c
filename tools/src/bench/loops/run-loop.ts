import { type RunConditions } from '../run-experiment.js';
import { type Loop } from './loop.js';

/** Mean time of a turn in each repetition, µs. */
export function runLoop(loop: Loop, conditions: Pick<RunConditions, 'scale' | 'repetitions' | 'tell'>): number[] {
  const work = loop.prepare();
  const turns = Math.ceil(loop.turns * conditions.scale);
  return Array.from({ length: conditions.repetitions ?? loop.repetitions }, (_, round) => {
    run(work, loop.warmUp);
    const beganMs = performance.now();
    run(work, turns);
    const microseconds = ((performance.now() - beganMs) * 1_000) / turns;
    conditions.tell(`  ${loop.name}, round ${round + 1}: ${microseconds.toFixed(2)} µs`);
    return microseconds;
  });
}

function run(work: (turn: number) => void, turns: number): void {
  for (let turn = 0; turn < turns; turn++) work(turn);
}
