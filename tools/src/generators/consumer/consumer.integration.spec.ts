import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keys } from '@switchboard/redis-transport';
import { askRedis, startRedis, waitFor } from '@switchboard/testing';
import { WorkspaceCopy } from '../../../test/workspace-copy.js';
import { workspaceRoot } from '../../workspace-root.js';

const APP = 'apps/night-porter';

describe('a generated consumer', () => {
  let workspace: WorkspaceCopy;

  beforeAll(async () => {
    workspace = await WorkspaceCopy.of(workspaceRoot());
    // Only what the generator itself leaves out of step may count.
    await workspace.run('nx', ['sync']);
    await workspace.run('nx', ['g', '@switchboard/tools:consumer', 'night-porter', '--message=GuestMessage']);
  }, 120_000);

  afterAll(() => workspace?.remove());

  it('is known to Nx, and leaves nothing for nx sync to add', async () => {
    await workspace.run('nx', ['sync:check']);
    const project = await workspace.run('nx', ['show', 'project', 'night-porter', '--json']);
    expect(JSON.parse(project.slice(project.indexOf('{')))).toMatchObject({
      tags: expect.arrayContaining(['type:app', 'scope:night-porter']),
      targets: expect.objectContaining({
        build: expect.anything(),
        lint: expect.anything(),
        test: expect.anything(),
        serve: expect.objectContaining({ continuous: true }),
      }),
    });
  }, 120_000);

  it('is formatted', async () => {
    await workspace.run('prettier', ['--check', APP, 'tsconfig.json']);
  }, 30_000);

  it('type-checks with its test and keeps to the boundaries', async () => {
    const [lint] = await Promise.all([workspace.run('eslint', ['.'], APP), workspace.run('tsc', ['--build'], APP)]);
    expect(lint).not.toContain('No cached ProjectGraph');
  }, 120_000);

  it('handles a message in its own tests: on a real Redis, and without one', async () => {
    expect(await workspace.run('jest', [], APP)).toMatch(/Tests: +3 passed/);
  }, 120_000);

  it('takes a handler of topics beside that of its stream, and needs nothing else for it', async () => {
    const file = join(workspace.root, APP, 'src', 'night-porter.controller.ts');
    const text = await readFile(file, 'utf8');
    const handler = `\n  @TopicHandler('events:*')\n  onEvent(_event: unknown): void {}\n}\n`;
    const more = text.replace('{ StreamHandler,', '{ StreamHandler, TopicHandler,').replace(/\n\}\n$/, `\n${handler}`);
    expect(more).toContain('TopicHandler, type TurnContext');
    await writeFile(file, more);
    expect(await workspace.run('jest', [], APP)).toMatch(/Tests: +3 passed/);
  }, 120_000);

  it('is served, runs again after a change and gives its partitions back on Ctrl-C', async () => {
    const redis = await startRedis();
    const lease = new Keys('sb:').lease('msi:messages', 0, 'night-porter-group');
    const hasLease = async (): Promise<boolean> => (await askRedis(redis, ['EXISTS', lease])) === 1;
    const env = { REDIS_URL: redis.url, HOST: '127.0.0.1', PORT: '0', PARTITIONS: '1' };
    const served = await workspace.start('nx', ['serve', 'night-porter'], env);
    const starts = (): number => served.lines.filter((line) => line.includes('listening')).length;
    const describe = (): string => served.tail();
    try {
      await waitFor(() => starts() === 1 || served.hasExited, { timeoutMs: 40_000, describe });
      expect(starts()).toBe(1);
      await appendFile(join(workspace.root, APP, 'src', 'settings.ts'), 'export const changed = true;\n');
      await waitFor(() => starts() === 2, { timeoutMs: 15_000, describe });
      await waitFor(hasLease, { describe });
      await served.kill('SIGINT');
      expect(await hasLease()).toBe(false);
    } finally {
      await served.stop();
      await redis.stop();
    }
  }, 120_000);
});
