import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const workspaceRoot = import.meta.dirname;

/** What may import what. Imports go down only: app → adapter → engine → contract | util. */
const boundaries = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:adapter', 'type:engine', 'type:contract', 'type:util'] },
  { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:adapter', 'type:engine', 'type:contract', 'type:util'] },
  { sourceTag: 'type:engine', onlyDependOnLibsWithTags: ['type:contract', 'type:util'] },
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['type:contract'] },
  { sourceTag: 'type:util', onlyDependOnLibsWithTags: ['type:util', 'type:contract'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: ['type:testing', 'type:adapter', 'type:engine', 'type:contract', 'type:util'] },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: ['type:testing', 'type:adapter', 'type:engine', 'type:contract', 'type:util'],
  },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/node_modules', '.nx', '**/*.lua', '**/generators/**/files/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: workspaceRoot } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: true, allow: [], depConstraints: boundaries },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only libs/service-kit reads the environment; take the value as an argument.',
        },
        { selector: 'ExportAllDeclaration', message: 'A door names what it hands out: use named exports.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['libs/service-kit/src/**/*.ts', 'libs/testing/src/**/*.ts', 'tools/**/*.ts', '**/*.spec.ts', 'apps/e2e/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'Use named exports.' }] },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Nest's decorators need the classes of injected parameters as values.
    files: ['apps/**/*.ts', 'libs/redis-transport/**/*.ts', 'libs/metrics/**/*.ts', 'libs/service-kit/**/*.ts', 'libs/message-schema/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // Testing code may come from the testing library and the engine's testing door.
    files: ['**/*.spec.ts', '**/test/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  prettier,
);
