/** A package's `package.json`, as far as it is read or written here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly [field: string]: unknown;
}

/** What a package is made from. */
export interface Origin {
  readonly manifest: Manifest;
  /** The workspace's own `package.json`: engines, licence and the versions of everything installed. */
  readonly root: RootManifest;
  /** Packages that the built files import. */
  readonly imports: readonly string[];
}

/** The workspace's own `package.json`, as far as it is read here. */
export interface RootManifest {
  readonly engines: unknown;
  readonly license: string;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
}

export type Versions = Readonly<Record<string, string>>;

/** Condition under which the workspace takes sources instead of built files. */
const SOURCE = '@switchboard/source';
const OWN = '@switchboard/';
const RUNNER = '@jest/globals';

/**
 * These must be the application's own: they keep what decorators say, or hand out the classes that are asked for by
 * `instanceof`, and a second copy would know nothing of it.
 */
const ofTheApplication = /^(@nestjs\/|class-validator$|class-transformer$|reflect-metadata$|rxjs$)/;

/** What Nest itself needs beside `@nestjs/microservices`. */
const withNest = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];

/**
 * The `package.json` under which a library is installed outside this workspace.
 *
 * @throws Error when the library imports something whose version the workspace does not name.
 */
export function publishedManifest({ manifest, root, imports }: Origin): Manifest {
  const versionOf = (name: string): string => {
    const version = root.dependencies[name] ?? root.devDependencies[name];
    if (version === undefined) throw new Error(`${manifest.name} imports ${name}, which package.json does not name`);
    return version;
  };
  const needsNest = imports.some((name) => name.startsWith('@nestjs/'));
  const all = [...new Set([...imports, ...(needsNest ? withNest : [])])].sort();
  const pick = (wanted: (name: string) => boolean, version: (name: string) => string): Versions =>
    Object.fromEntries(all.filter(wanted).map((name) => [name, version(name)]));
  return {
    name: manifest.name,
    version: manifest.version,
    license: root.license,
    type: 'module',
    engines: root.engines,
    exports: withoutSource(manifest.exports),
    files: ['dist'],
    dependencies: {
      ...pick(
        (name) => name.startsWith(OWN),
        () => manifest.version,
      ),
      ...pick((name) => isPlain(name), versionOf),
    },
    peerDependencies: {
      ...pick(
        (name) => ofTheApplication.test(name),
        (name) => `^${versionOf(name)}`,
      ),
      ...pick(
        (name) => name === RUNNER,
        () => `^${versionOf('jest')}`,
      ),
    },
    // Only who runs a contract suite needs the test runner.
    ...(imports.includes(RUNNER) ? { peerDependenciesMeta: { [RUNNER]: { optional: true } } } : {}),
  };
}

function isPlain(name: string): boolean {
  return !name.startsWith(OWN) && name !== RUNNER && !ofTheApplication.test(name);
}

function withoutSource(exported: Manifest['exports']): Manifest['exports'] {
  return Object.fromEntries(
    Object.entries(exported).map(([door, target]) => {
      if (typeof target === 'string') return [door, target];
      return [door, Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== SOURCE))];
    }),
  );
}
