import { join } from 'node:path';
import { BoundaryGate } from './boundary-gate.js';

const root = join(import.meta.dirname, '..', '..');

function importing(name: string): string {
  return `import * as imported from '${name}';\nexport const value: unknown = imported;\n`;
}

describe('the boundaries between projects', () => {
  let gate: BoundaryGate;

  beforeAll(async () => {
    gate = await BoundaryGate.open(root);
  }, 60_000);

  it.each([
    ['the engine', 'an adapter', 'libs/delivery/src/index.ts', '@switchboard/redis-transport'],
    ['a contract', 'the engine', 'libs/message-schema/src/index.ts', '@switchboard/delivery'],
    ['a util', 'an adapter', 'libs/service-kit/src/index.ts', '@switchboard/redis-transport'],
    ['an app', 'another app', 'apps/agent-consumer/src/main.ts', '@switchboard/ingress/src/settings.js'],
    ['an app', 'the testing library', 'apps/agent-consumer/src/main.ts', '@switchboard/testing'],
    ['an adapter', 'the testing library', 'libs/channels/src/index.ts', '@switchboard/testing'],
    ['the testing library', 'a contract', 'libs/testing/src/index.ts', '@switchboard/message-schema'],
    [
      'a test of the testing library',
      'a contract',
      'libs/testing/src/process/wait-for.spec.ts',
      '@switchboard/message-schema',
    ],
    ['a test of a contract', 'an adapter', 'libs/message-schema/src/codec.spec.ts', '@switchboard/redis-transport'],
    ['a tool', 'an app', 'tools/src/dev/start.ts', '@switchboard/ingress/src/settings.js'],
  ])(
    '%s may not import %s',
    async (_from, _to, file, name) => {
      expect(await gate.complaints(file, importing(name))).toHaveLength(1);
    },
    30_000,
  );

  it('an import by a relative path into another project is refused', async () => {
    const text = importing('../../../libs/delivery/src/index.js');
    expect(await gate.complaints('apps/agent-consumer/src/main.ts', text)).toHaveLength(1);
  }, 30_000);

  it.each([
    ['an app', 'an adapter', 'apps/agent-consumer/src/main.ts', '@switchboard/redis-transport'],
    ['an adapter', 'the engine', 'libs/redis-transport/src/index.ts', '@switchboard/delivery'],
    ['the engine', 'nothing but its own', 'libs/delivery/src/index.ts', './errors.js'],
    [
      'a test of an app',
      'the testing library',
      'apps/dashboard-broadcaster/src/feed/cursor.spec.ts',
      '@switchboard/testing',
    ],
    ['a test of a contract', 'the testing library', 'libs/message-schema/src/codec.spec.ts', '@switchboard/testing'],
    ['a tool', 'the testing library', 'tools/src/dev/start.ts', '@switchboard/testing'],
  ])(
    '%s may import %s',
    async (_from, _to, file, name) => {
      expect(await gate.complaints(file, importing(name))).toEqual([]);
    },
    30_000,
  );
});
