import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askRedis, type RunningProcess, startProcess, waitFor } from '../src/index.js';

const started: RunningProcess[] = [];
const run = async (script: string, more: Partial<Parameters<typeof startProcess>[0]> = {}): Promise<RunningProcess> => {
  const running = await startProcess({ command: process.execPath, args: ['-e', script], ...more });
  started.push(running);
  return running;
};
const forever = 'setInterval(() => {}, 1000);';

afterEach(async () => {
  await Promise.all(started.splice(0).map((running) => running.kill('SIGKILL')));
});

describe('a started process', () => {
  it('is ready when it says so, with what it said on both outputs', async () => {
    const running = await run(
      `console.log('warming'); console.error('careful'); console.log('ready on 1'); ${forever}`,
      {
        readyWhen: /^ready on \d$/,
      },
    );
    await running.awaitLine('careful'.startsWith.bind('careful'));
    expect(running.lines).toEqual(expect.arrayContaining(['warming', 'careful', 'ready on 1']));
  });

  it('ends by the signal it is sent', async () => {
    const running = await run(forever);
    expect(await running.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    expect(running.hasExited).toBe(true);
  });

  it('stops in order when it handles SIGTERM, and is killed when it does not heed it', async () => {
    const orderly = await run(`process.on('SIGTERM', () => process.exit(7)); console.log('up'); ${forever}`, {
      readyWhen: /up/,
    });
    expect(await orderly.stop()).toEqual({ code: 7, signal: null });
    const deaf = await run(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`, { readyWhen: /up/ });
    expect(await deaf.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says nothing while frozen and goes on when thawed', async () => {
    const running = await run(`let n = 0; setInterval(() => console.log('tick ' + ++n), 5);`, { readyWhen: /tick/ });
    await running.freeze();
    // What was written before the stop may still come in; then the count stands.
    let seen = -1;
    await waitFor(() => seen === (seen = running.lines.length), { everyMs: 150, describe: 'the ticking has stopped' });
    running.thaw();
    await waitFor(() => running.lines.length > seen, { describe: 'it ticks again' });
  });

  it('fails to start with its last words when it ends before it is ready', async () => {
    await expect(run(`console.error('no such port'); process.exit(3)`, { readyWhen: /ready/ })).rejects.toThrow(
      /ended \(code 3\)[^]*no such port/,
    );
  });

  it('is killed when it is not ready in time', async () => {
    const failure = run(`console.log('pid ' + process.pid); ${forever}`, { readyWhen: /ready/, readyTimeoutMs: 1_000 });
    const message = await failure.then(String, (error: Error) => error.message);
    const pid = Number(/pid (\d+)/.exec(message)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('says so when the command is not there', async () => {
    await expect(startProcess({ command: '/no/such/program' })).rejects.toThrow('ENOENT');
  });

  it('takes its children along', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', '${forever}'], { stdio: 'inherit' })`;
    const running = await run(`console.log('child ' + ${child}.pid); ${forever}`, { readyWhen: /child/ });
    await running.kill('SIGKILL');
    expect(running.lines[0]).toMatch(/^child \d+$/);
  });

  it('gets the environment it is given and loses what is set to undefined', async () => {
    const env = { SWITCHBOARD_A: 'one', HOME: undefined };
    const running = await run(`console.log(process.env.SWITCHBOARD_A + ' ' + process.env.HOME)`, { env });
    await running.exited;
    expect(running.lines).toEqual(['one undefined']);
  });
});

describe('what a process started', () => {
  it('is gone, with its folder, when the process is killed by SIGKILL', async () => {
    const owner = await startProcess({
      command: process.execPath,
      args: ['--import', '@swc-node/register/esm-register', `${import.meta.dirname}/redis-owner.ts`],
      cwd: join(import.meta.dirname, '..'),
      readyWhen: /^redis /,
    });
    const [, port, dir] = (owner.lines.find((line) => line.startsWith('redis ')) ?? '').split(' ');
    expect(await askRedis({ host: '127.0.0.1', port: Number(port) }, ['PING'])).toBe('PONG');
    expect(existsSync(dir ?? '')).toBe(true);

    await owner.kill('SIGKILL');

    const refused = async (): Promise<boolean> =>
      askRedis({ host: '127.0.0.1', port: Number(port) }, ['PING']).then(
        () => false,
        (error: Error) => error.message.includes('ECONNREFUSED'),
      );
    await waitFor(refused, { describe: 'the Redis of the killed process is gone' });
    await waitFor(() => !existsSync(dir ?? ''), { describe: 'its folder is gone' });
  });
});
