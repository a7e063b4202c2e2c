import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunningProcess, startProcess, waitFor } from '@switchboard/testing';

const SERVED_PROCESS = pathToFileURL(join(import.meta.dirname, 'served-process.mjs')).href;

/** Says which signals reach it, and takes a moment to end, as a service does. */
const service = `
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      console.log('got', signal);
      setTimeout(() => process.exit(0), 300);
    });
  }
  setInterval(() => undefined, 1_000);
  console.log('up', process.pid);
`;

describe('a served process', () => {
  let folder: string;
  let runner: RunningProcess;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-served-'));
    const main = join(folder, 'main.mjs');
    await writeFile(main, service);
    const code = `
      import { ServedProcess } from ${JSON.stringify(SERVED_PROCESS)};
      const served = new ServedProcess(${JSON.stringify(main)}, process.env);
      served.endOnSignals();
      process.on('SIGUSR2', () => served.restart());
      served.restart();
      setInterval(() => undefined, 1_000);`;
    runner = await startProcess({
      command: process.execPath,
      args: ['--input-type=module', '--eval', code],
      env: { NODE_OPTIONS: undefined },
      readyWhen: /^up/,
    });
  });

  afterEach(async () => {
    await runner.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const got = (): string[] => runner.lines.filter((line) => line.startsWith('got'));
  const pids = (): number[] => runner.lines.flatMap((line) => (line.startsWith('up') ? [Number(line.slice(3))] : []));

  it('hears one signal when Ctrl-C reaches it and its runner', async () => {
    process.kill(-runner.pid, 'SIGINT');
    expect(await runner.exited).toEqual({ code: 0, signal: null });
    expect(got()).toHaveLength(1);
  });

  it('has ended before the next one starts', async () => {
    runner.signal('SIGUSR2');
    await waitFor(() => pids().length === 2, { describe: 'the second process is up' });
    expect(runner.lines.map((line) => line.split(' ')[0])).toEqual(['up', 'got', 'up']);
    expect(isRunning(pids()[0] as number)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
