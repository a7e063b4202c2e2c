import { join } from 'node:path';
import { startProcess } from '@switchboard/testing';
import { root } from './world.js';

/** Runs the load and gives what it said at its end: figures by name. */
async function load(...args: string[]): Promise<{ code: number | null; figures: Map<string, string>; said: string }> {
  const file = join(root, 'tools', 'dist', 'load', 'load.js');
  const run = await startProcess({ command: process.execPath, args: [file, ...args], cwd: root });
  const { code } = await run.exited;
  const figures = new Map(run.lines.map((line) => line.split(/\s+/, 2) as [string, string]));
  return { code, figures, said: run.tail(60) };
}

describe('all services under load while each of them is killed', () => {
  it('answers every accepted message exactly once and in order, whatever the providers do', async () => {
    const { code, figures, said } = await load('--messages=500', '--conversations=50', '--rate=50', '--seed=1');
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('The promises held.') as string });
    expect([figures.get('answered'), figures.get('conversations')]).toEqual(['500', '50']);
  }, 180_000);

  it('turns no webhook away while Redis is dead, and loses nothing of it, when ingress has a spool', async () => {
    const size = ['--messages=200', '--conversations=20', '--rate=25'];
    const { code, figures, said } = await load(...size, '--seed=2', '--spool');
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('The promises held.') as string });
    expect(Number(figures.get('acceptedWithoutRedis'))).toBeGreaterThan(0);
    expect([figures.get('answered'), figures.get('refusedWithoutRedis')]).toEqual(['200', '0']);
  }, 180_000);
});
