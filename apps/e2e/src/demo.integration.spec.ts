import { join } from 'node:path';
import { startProcess } from '@switchboard/testing';
import { root } from './world.js';

describe('npm run demo', () => {
  it('shows the main job to its end', async () => {
    const file = join(root, 'tools', 'dist', 'demo', 'demo.js');
    const demo = await startProcess({ command: process.execPath, args: [file], cwd: root });
    const { code } = await demo.exited;
    expect(demo.lines.slice(-1)).toEqual(['All of it happened. Nothing is kept.']);
    expect(code).toBe(0);
  }, 120_000);
});
