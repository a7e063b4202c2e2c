import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Patterns below count from here, also where a project's own configuration file hands this one on. */
const basePath = import.meta.dirname;

/** Source tag and the tags it may import. Imports go down only: app → adapter → engine → contract | util. */
const layers = {
  'type:app': ['type:adapter', 'type:engine', 'type:contract', 'type:util'],
  'type:adapter': ['type:adapter', 'type:engine', 'type:contract', 'type:util'],
  'type:engine': ['type:contract', 'type:util'],
  'type:contract': ['type:contract'],
  'type:util': ['type:util', 'type:contract'],
  'type:testing': [],
  'type:tools': ['type:testing', 'type:adapter', 'type:engine', 'type:contract', 'type:util'],
  'type:e2e': ['type:testing', 'type:adapter', 'type:engine', 'type:contract', 'type:util'],
};

/** The boundary rule; `inTests` lets every layer but the testing library itself use the testing library, too. */
function boundaries({ inTests }) {
  const depConstraints = Object.entries(layers).map(([sourceTag, below]) => ({
    sourceTag,
    onlyDependOnLibsWithTags:
      inTests && sourceTag !== 'type:testing' ? [...new Set([...below, 'type:testing'])] : below,
  }));
  return ['error', { enforceBuildableLibDependency: true, allow: [], depConstraints }];
}

const specs = ['**/*.spec.ts', '**/test/**/*.ts'];
const namedExports = {
  selector: 'ExportAllDeclaration',
  message: 'A door names what it hands out: use named exports.',
};
const noEnvironment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only libs/service-kit reads the environment; take the value as an argument.',
};

export default defineConfig(
  globalIgnores(['**/dist', '**/out-tsc', '**/node_modules', '**/.nx', '**/.switchboard', '**/generators/**/files/**']),
  {
    basePath,
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: basePath } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries({ inTests: false }),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@switchboard/[^/]+/testing$', message: 'A testing door is for tests only.' }] },
      ],
      'no-restricted-syntax': ['error', noEnvironment, namedExports],
      'no-console': 'error',
    },
  },
  {
    // Nest's decorators need the classes of injected parameters as values.
    basePath,
    files: [
      'apps/**/*.ts',
      'libs/redis-transport/**/*.ts',
      'libs/metrics/**/*.ts',
      'libs/service-kit/**/*.ts',
      'libs/message-schema/**/*.ts',
    ],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // These start processes or read settings, which both takes the environment.
    basePath,
    files: ['libs/service-kit/src/**/*.ts', 'libs/testing/**/*.ts', 'tools/**/*.ts', 'apps/e2e/**/*.ts', ...specs],
    rules: { 'no-restricted-syntax': ['error', namedExports] },
  },
  { basePath, files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Tests may use the testing library and the engine's testing door; all other boundaries hold for them, too.
    basePath,
    files: specs,
    rules: { '@nx/enforce-module-boundaries': boundaries({ inTests: true }), 'no-restricted-imports': 'off' },
  },
  prettier,
);
