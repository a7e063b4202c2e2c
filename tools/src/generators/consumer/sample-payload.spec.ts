import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { AgentReply, check, DeliveryNotice, GuestMessage } from '@switchboard/message-schema';
import { workspaceRoot } from '../../workspace-root.js';
import { messageClassNames, readMessageSources } from './message-sources.js';
import { samplePayload } from './sample-payload.js';

const SOURCES = 'libs/message-schema/src';
const classes = { AgentReply, DeliveryNotice, GuestMessage };

function messageSchema(): Tree {
  const tree = createTree();
  const root = join(workspaceRoot(), SOURCES);
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) tree.write(`${SOURCES}/${file}`, readFileSync(join(root, file), 'utf8'));
  }
  return tree;
}

function evaluated(source: string): unknown {
  return new Function(`return (${source});`)();
}

describe('the payload in a generated test', () => {
  it('knows exactly the declared message classes', () => {
    expect(messageClassNames(readMessageSources(messageSchema()))).toEqual(Object.keys(classes));
  });

  it.each(Object.entries(classes))('of %s passes its own validation', (name, messageClass) => {
    const payload = evaluated(samplePayload(readMessageSources(messageSchema()), name));
    expect(() => check<object>(messageClass, payload)).not.toThrow();
  });

  it('reads lengths, bounds and choices off the decorators and leaves out what is optional', () => {
    const tree = createTree();
    tree.write(
      `${SOURCES}/room-change.ts`,
      `export const floors = ['low', 'high'] as const;
       @Message({ type: 'room.change', version: 1, stream: 'rooms' })
       export class RoomChange {
         @IsString() @Length(8, 20) room!: string;
         @IsInt() @Min(3) nights!: number;
         @IsIn(floors) floor!: string;
         @IsOptional() @IsString() note?: string;
       }`,
    );
    const payload = evaluated(samplePayload(readMessageSources(tree), 'RoomChange'));
    expect(payload).toEqual({ room: 'sample--', nights: 3, floor: 'low' });
  });
});
