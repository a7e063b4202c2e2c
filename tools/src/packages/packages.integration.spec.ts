import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type PrivateRedis, startProcess, startRedis } from '@switchboard/testing';
import { workspaceRoot } from '../workspace-root.js';
import { libraries } from './libraries.js';
import { makePackage } from './make-package.js';
import { type Manifest, type Versions } from './manifest.js';

const root = workspaceRoot();
const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
  types: ['node'],
};

describe('the packages', () => {
  let folder: string;
  let redis: PrivateRedis;
  const manifests: Manifest[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(await realpath(tmpdir()), 'switchboard-packages-'));
    const modules = join(folder, 'node_modules');
    for (const library of libraries) {
      manifests.push(await makePackage(root, library, join(modules, '@switchboard', library)));
    }
    // Nothing but what the packages declare can be found.
    for (const name of new Set(manifests.flatMap(declaredBy)).add('@types/node')) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(root, 'node_modules', name), join(modules, name));
    }
    await copyFile(join(root, 'tools', 'test', 'installed-app.ts.txt'), join(folder, 'app.ts'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
  }, 120_000);

  afterAll(async () => {
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('say nothing of this workspace', () => {
    for (const manifest of manifests) {
      expect(manifest).not.toHaveProperty('private');
      expect(JSON.stringify(manifest)).not.toMatch(/\/source|\.ts"(?<!\.d\.ts")|\*"/);
    }
  });

  it('leave to the application what there may be only one of', () => {
    const peers = manifests.flatMap(({ peerDependencies }) => Object.keys(peerDependencies as Versions));
    expect(peers).toEqual(
      expect.arrayContaining([
        '@nestjs/common',
        '@nestjs/microservices',
        'class-validator',
        'class-transformer',
        'rxjs',
      ]),
    );
    expect(manifests.at(-1)?.['dependencies']).toMatchObject({ ioredis: expect.any(String) });
    for (const { dependencies } of manifests) {
      expect(Object.keys(dependencies as Versions).filter((name) => peers.includes(name))).toEqual([]);
    }
  });

  it('let a Nest application of its own compile, take a message and answer a request', async () => {
    await promisify(execFile)(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], {
      cwd: folder,
    }).catch((error: Error & { stdout?: string }) => {
      throw new Error(error.stdout ?? error.message, { cause: error });
    });
    const app = await startProcess({
      command: process.execPath,
      args: [join(folder, 'app.js')],
      cwd: folder,
      env: { REDIS_URL: redis.url, NODE_OPTIONS: undefined },
    });
    await Promise.all([app.awaitLine(/^greeted: Hello$/), app.awaitLine(/^answered: 4$/)]);
    expect(await app.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  }, 60_000);
});

function declaredBy({ dependencies, peerDependencies, peerDependenciesMeta }: Manifest): string[] {
  const optional = Object.keys((peerDependenciesMeta ?? {}) as object);
  return Object.keys({ ...(dependencies as Versions), ...(peerDependencies as Versions) }).filter(
    (name) => !name.startsWith('@switchboard/') && !optional.includes(name),
  );
}
