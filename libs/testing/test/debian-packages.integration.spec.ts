import { readdir } from 'node:fs/promises';
import { startProcess } from '../src/index.js';
import { probeDebianPackages } from '../src/redis/obtain/debian-packages.js';
import { makeTempFolder, removeTempFolder } from '../src/redis/temp-folder.js';

const folder = await makeTempFolder('packages');
// Three at once, as parallel test runs on a fresh machine would: one fetches, the others wait for it.
const findings = await Promise.all([1, 2, 3].map(() => probeDebianPackages(folder)));
const [finding] = findings;
const absent = finding && 'absent' in finding ? finding.absent : undefined;
const whereAptDelivers = absent === undefined ? describe : describe.skip;

afterAll(async () => {
  await removeTempFolder(folder);
});

describe('the way over Debian packages', () => {
  it(`is ${absent === undefined ? 'open' : `closed: ${absent}`}`, () => {
    // A closed way must say why; an open one is held to its promises below.
    if (absent !== undefined) expect(absent).toMatch(/no apt-get|could not download|lock/);
  });
});

whereAptDelivers('redis-server from Debian packages', () => {
  it('is fetched once for all who ask at the same time, and leaves nothing else behind', async () => {
    expect(new Set(findings.map((found) => JSON.stringify(found))).size).toBe(1);
    expect((await readdir(folder)).sort()).toEqual([`debian-${process.arch}`, 'lock']);
  });

  it('runs with the libraries it brought', async () => {
    if (!finding || !('source' in finding) || finding.source.kind !== 'binary') throw new Error('no program was found');
    const { file, libraryPath } = finding.source;
    const version = await startProcess({ command: file, args: ['--version'], env: { LD_LIBRARY_PATH: libraryPath } });
    await version.exited;
    expect(version.lines[0]).toMatch(/ v=([7-9]|\d\d)\./);
  });

  it('is found in the cache by the next who asks', async () => {
    const begin = performance.now();
    expect(await probeDebianPackages(folder)).toEqual(finding);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
