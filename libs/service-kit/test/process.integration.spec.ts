import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@switchboard/testing';

const running: RunningProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((trial) => trial.kill('SIGKILL')));
});

const loader = ['--import', '@swc-node/register/esm-register', '--conditions=@switchboard/source'];

async function trial(env: Record<string, string>, waits = true): Promise<RunningProcess> {
  const process = await startProcess({
    command: 'node',
    args: [...loader, join(import.meta.dirname, 'trial.main.ts')],
    cwd: join(import.meta.dirname, '..'),
    env: {
      NODE_OPTIONS: undefined,
      NODE_ENV: 'test',
      SWC_NODE_PROJECT: join(import.meta.dirname, 'tsconfig.run.json'),
      PORT: '0',
      ...env,
    },
    ...(waits ? { readyWhen: /"msg":"listening"/ } : {}),
  });
  running.push(process);
  return process;
}

function urlOf(process: RunningProcess): string {
  const line = process.lines.find((text) => text.includes('"msg":"listening"'));
  return (JSON.parse(line ?? '{}') as { url: string }).url;
}

describe('a service process', () => {
  it('finishes the requests under way after SIGTERM, closes what comes last and ends with 0', async () => {
    const process = await trial({});
    const answer = fetch(`${urlOf(process)}/work`);
    await process.awaitLine(/^at work$/);
    const exit = process.kill('SIGTERM');
    const response = await answer;
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toEqual({ done: true });
    expect(await exit).toEqual({ code: 0, signal: null });
    const order = ['"msg":"stopping"', 'last action', '"msg":"stopped"'].map((text) =>
      process.lines.findIndex((line) => line.includes(text)),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('ends with 1 when the work under way outlives the grace time', async () => {
    const process = await trial({ SHUTDOWN_GRACE_MS: '100' });
    const answer = fetch(`${urlOf(process)}/work`);
    answer.catch(() => undefined);
    await process.awaitLine(/^at work$/);
    expect(await process.kill('SIGINT')).toEqual({ code: 1, signal: null });
    await expect(answer).rejects.toThrow();
    expect(process.lines.join('\n')).toContain('did not end within the grace time');
  });

  it('ends at once at the second signal', async () => {
    const process = await trial({ SHUTDOWN_GRACE_MS: '60000' });
    const answer = fetch(`${urlOf(process)}/work`);
    answer.catch(() => undefined);
    await process.awaitLine(/^at work$/);
    process.signal('SIGTERM');
    await process.awaitLine(/"msg":"stopping"/);
    expect(await process.kill('SIGTERM')).toEqual({ code: 1, signal: null });
    await expect(answer).rejects.toThrow();
  });

  it('says all that is wrong with its settings in one sentence, without a stack, and ends with 1', async () => {
    const process = await trial({ PORT: 'eighty', BATCH_QUITE_MS: '1' }, false);
    expect(await process.exited).toEqual({ code: 1, signal: null });
    expect(process.lines).toEqual([
      'trial did not start: PORT must be a whole number from 0 to 65535; ' +
        'BATCH_QUITE_MS is no setting, did you mean BATCH_QUIET_MS?',
    ]);
  });

  it('says in one sentence that its port is in use, and ends with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const process = await trial({ PORT: String(port) }, false);
    expect(await process.exited).toEqual({ code: 1, signal: null });
    other.close();
    expect(process.lines).toContain(
      `trial did not start: 127.0.0.1:${port} is already in use; stop the other program or set PORT to a free one.`,
    );
    expect(process.lines.join('\n')).not.toMatch(/\n\s+at |EADDRINUSE/);
  });

  it('ends with 1 after an error nobody caught, and writes nothing of its payload', async () => {
    const process = await trial({});
    await fetch(`${urlOf(process)}/crash`).catch(() => undefined);
    expect(await process.exited).toEqual({ code: 1, signal: null });
    const output = process.lines.join('\n');
    expect(output).toContain('an error nobody caught');
    expect(output).not.toContain('canary');
  });

  it('tells its address in readable lines, too', async () => {
    const process = await trial({ LOG_PRETTY: 'true', NO_COLOR: '1' }, false);
    const line = await process.awaitLine(/listening on http:\/\/127\.0\.0\.1:\d+$/);
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO: listening on http/);
  });
});
