import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
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
        'task_queue.{role}',
        'events:{category}:{type}',
        'events:{category}:{type}:dead_letter',
      ]),
    );
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
