import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { deadLetterOf } from '@switchboard/delivery';
import { contractOf, declaredMessages, Streams } from '@switchboard/message-schema';
import { asyncApiDocument } from './asyncapi.js';
import { generatedFiles } from './generated-files.js';

interface Document {
  readonly channels: Readonly<Record<string, { address: string; messages: Readonly<Record<string, object>> }>>;
  readonly components: { readonly messages: Readonly<Record<string, object>> };
}

const document = JSON.parse(JSON.stringify(asyncApiDocument())) as Document;

async function officialCheck(): Promise<(value: unknown) => string[]> {
  const path = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json');
  const schema = JSON.parse(await readFile(path, 'utf8')) as object;
  const fits = new Ajv({ strict: false, validateFormats: false, validateSchema: false, meta: false }).compile(schema);
  return (value) =>
    fits(value) ? [] : (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function references(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, child]) => (key === '$ref' ? [child as string] : references(child)));
}

describe('the AsyncAPI document', () => {
  it("fits the AsyncAPI initiative's own schema of version 3.0.0, which would notice a fault", async () => {
    const faultsOf = await officialCheck();
    expect(faultsOf(document)).toEqual([]);
    expect(faultsOf({ ...document, channels: { inbound: { address: 7 } } })).not.toEqual([]);
  });

  it('refers only to what is there', () => {
    const files = generatedFiles().schemas.map(({ path }) => `./${path}`);
    for (const reference of references(document)) {
      if (reference.startsWith('./')) expect(files).toContain(reference);
      else {
        const target = reference
          .slice(2)
          .split('/')
          .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
        expect([reference, typeof target]).toEqual([reference, 'object']);
      }
    }
  });

  it('names every fixed stream and the channels of agents, properties and visitors', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses).toEqual(expect.arrayContaining(Object.values(Streams)));
    expect(addresses).toEqual(
      expect.arrayContaining([
        'property:{propertyId}:conversations',
        'feed:{propertyId}',
        'webchat:{propertyId}:{visitorId}',
        'agent:{agentId}:inbox',
        'agent:{agentId}:requests',
        'task_queue.{role}',
        'events:{category}:{type}',
        'events:{category}:{type}:dead_letter',
      ]),
    );
  });

  it('has dead letters, and not the messages themselves, on every dead letter stream', () => {
    const streams = Object.values(document.channels).filter(({ address }) => address.endsWith(':dead_letter'));
    expect(streams.length).toBeGreaterThan(2);
    for (const { address, messages } of streams) {
      expect([address, ...Object.keys(messages)]).toEqual([address, 'dead-letter']);
    }
  });

  it('describes a dead letter as the engine makes it', () => {
    const { schema } = generatedFiles().schemas.find(({ path }) => path === 'schemas/dead-letter.json') ?? {};
    const fits = new Ajv({ strict: false, validateFormats: false }).compile({ ...schema, additionalProperties: false });
    const at = { stream: 's', group: 'g', partition: 0 };
    const entry = { entryId: '1-0', key: 'c', id: 'm', data: '{}' };
    const error = Object.assign(new Error('no room'), { code: 'FULL' });
    const letter: unknown = JSON.parse(JSON.stringify({ ...deadLetterOf(at, entry, 'r', 3, error), parked: true }));
    expect([fits(letter), fits.errors]).toEqual([true, null]);
    expect(fits({ message_type: 'guest.message' })).toBe(false);
  });

  it('has every declared message on the stream its class names', () => {
    expect(declaredMessages().length).toBeGreaterThan(0);
    for (const { messageClass, type, version } of declaredMessages()) {
      const { stream } = contractOf(messageClass);
      const channel = Object.values(document.channels).find(({ address }) => address === stream);
      expect(Object.keys(channel?.messages ?? {})).toContain(`${type}.v${version}`);
    }
  });
});
