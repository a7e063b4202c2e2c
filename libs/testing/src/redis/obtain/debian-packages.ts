import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { withFileLock } from './file-lock.js';
import { probeBinary } from './redis-binary.js';
import { type Finding } from './redis-source.js';
import { runProgram } from './run-program.js';

/** Longest wait for another process that is fetching, and for one call of apt. */
const FETCH_TIMEOUT_MS = 120_000;

/** Packages that hold the server; on Debian redis-server itself is a file of redis-tools. */
const serverPackages = ['redis-server', 'redis-tools'];

/** Rounds of following dependencies until no library is missing; two do on Debian 12. */
const MAX_ROUNDS = 4;

/**
 * redis-server from Debian's (or Ubuntu's) packages, downloaded by apt and unpacked into the cache folder: nothing is
 * installed and no right is needed. Fetched once; processes that want it at the same time wait for the first.
 */
export async function probeDebianPackages(cache?: string): Promise<Finding> {
  const folder = cache ?? (await cacheFolder('redis'));
  const unpacked = join(folder, `debian-${process.arch}`);
  const ready = await probeUnpacked(unpacked);
  if ('source' in ready) return ready;
  if ((await runProgram('apt-get', ['--version'])).code !== 0) return { absent: 'this system has no apt-get' };
  try {
    return await withFileLock(join(folder, 'lock'), FETCH_TIMEOUT_MS, async () => {
      const meanwhile = await probeUnpacked(unpacked);
      return 'source' in meanwhile ? meanwhile : await fetchInto(folder, unpacked);
    });
  } catch (error) {
    return { absent: error instanceof Error ? error.message : String(error) };
  }
}

async function fetchInto(folder: string, unpacked: string): Promise<Finding> {
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const tree = join(work, 'tree');
    await fetchTree(work, tree);
    const finding = await probeUnpacked(tree);
    if ('absent' in finding)
      return { absent: 'the packages were unpacked, but their redis-server does not run or is too old' };
    await rm(unpacked, { recursive: true, force: true });
    await rename(tree, unpacked);
    return probeUnpacked(unpacked);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Downloads and unpacks the server, and then what its libraries are missing, following the packages' own fields. */
async function fetchTree(work: string, tree: string): Promise<void> {
  await mkdir(tree, { recursive: true });
  const seen = new Set<string>();
  let wanted = serverPackages;
  for (let round = 1; round <= MAX_ROUNDS && wanted.length > 0; round += 1) {
    const packages = join(work, `round-${round}`);
    await mkdir(packages);
    await download(work, packages, wanted);
    for (const name of wanted) seen.add(name);
    const files = (await readdir(packages)).filter((name) => name.endsWith('.deb')).map((name) => join(packages, name));
    for (const file of files) await must('dpkg-deb', ['-x', file, tree]);
    if (!(await lacksLibraries(tree))) return;
    const installed = await installedPackages();
    wanted = (await dependenciesOf(files)).filter((name) => !seen.has(name) && !installed.has(name));
  }
}

/** apt with its own lists, in case the machine's are empty or too old; made only when needed. */
export async function download(work: string, into: string, packages: string[]): Promise<void> {
  const fetch = (options: string[]) =>
    runProgram('apt-get', [...options, 'download', ...packages], { cwd: into, timeoutMs: FETCH_TIMEOUT_MS });
  const asRoot = ['-o', 'APT::Sandbox::User=root', '-q'];
  if ((await fetch(asRoot)).code === 0) return;
  const apt = join(work, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  const own = [...asRoot, '-o', `Dir::State::lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${join(apt, 'cache')}`];
  const updated = await runProgram('apt-get', [...own, 'update'], { timeoutMs: FETCH_TIMEOUT_MS });
  const fetched = await fetch(own);
  if (fetched.code === 0) return;
  const said =
    (fetched.stderr || updated.stderr).split('\n').find((line) => line.startsWith('E:')) ?? 'no reason given';
  throw new Error(`apt-get could not download ${packages.join(' ')} (${said.trim()}); is a package mirror reachable?`);
}

async function dependenciesOf(files: string[]): Promise<string[]> {
  const fields = await Promise.all(files.map((file) => must('dpkg-deb', ['-f', file, 'Depends', 'Pre-Depends'])));
  const names = fields
    .join('\n')
    .replaceAll(/^(Pre-)?Depends:/gm, ',')
    .split(/[,\n]/)
    .map((alternatives) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(alternatives)?.[1]);
  return [...new Set(names)].filter((name): name is string => name !== undefined);
}

/** Names of what the system has: the C library above all, which must not come a second time. */
async function installedPackages(): Promise<Set<string>> {
  const listed = await must('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n']);
  const lines = listed.split('\n').filter((line) => line.endsWith(' installed'));
  return new Set(lines.map((line) => line.split(' ', 1)[0] ?? ''));
}

async function lacksLibraries(tree: string): Promise<boolean> {
  const env = { LD_LIBRARY_PATH: await libraryPathOf(tree) };
  return (await runProgram('ldd', [serverIn(tree)], { env })).stdout.includes('not found');
}

async function probeUnpacked(tree: string): Promise<Finding> {
  return probeBinary(serverIn(tree), await libraryPathOf(tree));
}

function serverIn(tree: string): string {
  return join(tree, 'usr', 'bin', 'redis-server');
}

/** The tree's library folders, with their subfolders by architecture (`lib/x86_64-linux-gnu`). */
async function libraryPathOf(tree: string): Promise<string> {
  const folders = [join(tree, 'usr', 'lib'), join(tree, 'lib')];
  const inner = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => name.includes('-linux-')).map((name) => join(folder, name));
    }),
  );
  return [...inner.flat(), ...folders].join(':');
}

async function must(file: string, args: string[]): Promise<string> {
  const { code, stdout } = await runProgram(file, args, { timeoutMs: FETCH_TIMEOUT_MS });
  if (code !== 0) throw new Error(`${file} failed with code ${code}`);
  return stdout;
}
