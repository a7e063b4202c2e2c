import { join } from 'node:path';

const inCi = process.env.CI === 'true';

/**
 * Jest settings shared by every project: ECMAScript modules (Nest 12 is ESM only), TypeScript through SWC with
 * decorator metadata, and the workspace's own libraries resolved to their sources.
 * Needs NODE_OPTIONS=--experimental-vm-modules, which nx.json sets for the test target.
 */
export default {
  testEnvironment: inCi ? join(import.meta.dirname, 'tools/jest/patient-environment.mjs') : 'node',
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@switchboard/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  testTimeout: 30_000,
  passWithNoTests: false,
  // A test that fails half-way may leave connections open; in CI that shall be a failure and not a hang.
  forceExit: inCi,
};
