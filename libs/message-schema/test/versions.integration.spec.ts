import { spawnSync } from 'node:child_process';

interface Handled {
  readonly schema_version?: number;
  readonly payload?: object;
  readonly deadLetter?: readonly { field: string; problem: string }[];
}

/** Runs one service over these stored messages. */
function service(version: 1 | 2, stored: readonly string[]): { sent: string; handled: Handled[] } {
  const program = `${import.meta.dirname}/side-by-side/service.ts`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', '@swc-node/register/esm-register', program, String(version)],
    { input: stored.join('\n'), encoding: 'utf8', timeout: 60_000, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(stderr);
  const [sent, ...handled] = stdout.trimEnd().split('\n');
  return { sent: sent as string, handled: handled.map((line) => JSON.parse(line) as Handled) };
}

describe('a service of version 1 and one of version 2, side by side', () => {
  const olds = service(1, []).sent;
  const news = service(2, []).sent;
  const extended = JSON.stringify({ ...JSON.parse(olds), payload: { ...JSON.parse(olds).payload, floor: 3 } });

  it('the new one reads what the old one writes, in the new form', () => {
    expect(service(2, [olds]).handled).toEqual([
      { schema_version: 2, payload: { room: 12, wishes: ['towels'], guests: 2 } },
    ]);
  });

  it('the old one refuses what the new one writes, says what to do, and goes on', () => {
    const { handled } = service(1, [news, olds]);
    expect(handled).toEqual([
      { deadLetter: [{ field: 'schema_version', problem: expect.stringMatching(/newer.*update it, then replay/) }] },
      { schema_version: 1, payload: { request: '12 towels', guests: 2 } },
    ]);
  });

  it('both read a message with a field they do not know', () => {
    expect(service(1, [extended]).handled).toMatchObject([{ schema_version: 1, payload: { floor: 3 } }]);
    expect(service(2, [extended]).handled).toMatchObject([{ schema_version: 2, payload: { room: 12 } }]);
  });
});
