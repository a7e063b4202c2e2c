import { type Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { type ConsumerRequest, planConsumer } from './consumer-plan.js';

const message = `
  export const Groups = { agent: 'agent-group' } as const;
  @Message({ type: 'guest.message', version: 1, stream: 'guests' })
  export class GuestMessage { @IsString() text!: string; }`;

function workspace(): Tree {
  const tree = createTree();
  tree.write('package.json', JSON.stringify({ name: 'root', workspaces: ['apps/*', 'libs/*'] }));
  tree.write('nx.json', '{}');
  tree.write('libs/message-schema/package.json', JSON.stringify({ name: 'message-schema' }));
  tree.write('libs/message-schema/src/guest-message.ts', message);
  tree.write('apps/front-desk/package.json', JSON.stringify({ name: 'front-desk' }));
  tree.write('apps/front-desk/src/main.ts', 'await startService({ defaults: { PORT: 3010 } });');
  tree.write('apps/front-desk/src/desk.controller.ts', '@StreamHandler(GuestMessage, Groups.agent) on() {}');
  return tree;
}

function plan(request: Partial<ConsumerRequest>) {
  return planConsumer(workspace(), { name: 'night-porter', message: 'GuestMessage', ...request });
}

describe('the plan of a new consumer', () => {
  it('takes the port after the highest one in use and a group of its own', () => {
    expect(plan({})).toMatchObject({ className: 'NightPorter', port: 3011, group: 'night-porter-group' });
  });

  it.each(['Night', 'night_porter', '-night', 'night--porter', '9lives', 'n', '../night', 'a'.repeat(41), ''])(
    'refuses the name "%s"',
    (name) => {
      expect(() => plan({ name })).toThrow(/^The name ".*" must be .*\.$/);
    },
  );

  it('refuses the name of a project that is there', () => {
    expect(() => plan({ name: 'front-desk' })).toThrow('There is already a project front-desk; choose another name.');
  });

  it('refuses a message class that is not declared, and names those that are', () => {
    expect(() => plan({ message: 'Groups' })).toThrow(
      'There is no message class "Groups" in libs/message-schema; there are GuestMessage.',
    );
  });

  it('refuses a group in which another app takes the same messages', () => {
    expect(() => plan({ group: 'agent-group' })).toThrow(/already takes GuestMessage in front-desk/);
  });

  it('refuses a group that is no name', () => {
    expect(() => plan({ group: 'my group' })).toThrow(/^The group "my group" must be/);
  });
});
