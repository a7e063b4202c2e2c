import { join } from 'node:path';
import { startProcess } from '../src/index.js';
import { withFileLock } from '../src/redis/obtain/file-lock.js';
import { makeTempFolder, removeTempFolder } from '../src/redis/temp-folder.js';

// The lock is flock(1) of Linux; it serves the way over Debian packages, which is Linux too.
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('a lock on a file', () => {
  let file: string;
  beforeEach(async () => {
    file = join(await makeTempFolder('lock'), 'lock');
  });
  afterEach(() => removeTempFolder(join(file, '..')));

  it('lets one work at a time, and every one in the end', async () => {
    let inside = 0;
    const together: number[] = [];
    const work = async (): Promise<void> => {
      together.push((inside += 1));
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => withFileLock(file, 10_000, work)));
    expect(together).toEqual([1, 1, 1, 1, 1]);
  });

  it('is free again when the work throws', async () => {
    await expect(withFileLock(file, 1_000, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withFileLock(file, 1_000, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('is not had in time while another process holds it, and is had when that one is killed', async () => {
    const holder = await startProcess({
      command: 'flock',
      args: [file, 'sh', '-c', 'echo held; exec cat /dev/zero >/dev/null'],
      readyWhen: /held/,
    });
    await expect(withFileLock(file, 100, () => Promise.resolve())).rejects.toThrow('was not had within 100 ms');
    await holder.kill('SIGKILL');
    expect(await withFileLock(file, 5_000, () => Promise.resolve('mine'))).toBe('mine');
  });
});
