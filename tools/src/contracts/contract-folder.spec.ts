import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonSchema } from '@switchboard/message-schema';
import { ContractFolder } from './contract-folder.js';
import { generatedFiles, type SchemaFile } from './generated-files.js';

const GUEST = 'schemas/guest.message.v1.json';
const generated = generatedFiles();

let path: string;
let folder: ContractFolder;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'contracts-'));
  folder = new ContractFolder(path);
  await folder.write(generated);
});

afterEach(() => rm(path, { recursive: true }));

/** The generated files with one schema changed. */
function withSchema(file: string, change: (schema: JsonSchema) => JsonSchema): typeof generated {
  const schemas = generated.schemas.map((one): SchemaFile =>
    one.path === file ? { ...one, schema: change(one.schema) } : one,
  );
  return { ...generated, schemas };
}

const withField = (file: string, name: string, required: boolean) =>
  withSchema(file, (schema) => ({
    ...schema,
    properties: { ...schema.properties, [name]: { type: 'string' } },
    required: [...(schema.required ?? []), ...(required ? [name] : [])],
  }));

describe('the committed contracts', () => {
  it('are neither stale nor broken after they were written', async () => {
    expect(await folder.stale(generated)).toEqual([]);
    expect(await folder.broken(generated)).toEqual([]);
    expect(await folder.write(generated)).toEqual([]);
  });

  it('are stale when a class grew, when one was edited by hand and when one is missing', async () => {
    expect(await folder.stale(withField(GUEST, 'mood', false))).toEqual([GUEST]);
    await writeFile(join(path, 'asyncapi.json'), '{}');
    await rm(join(path, GUEST));
    expect(await folder.stale(generated)).toEqual(['asyncapi.json', GUEST]);
  });

  it('grow with a compatible change', async () => {
    const grown = withField(GUEST, 'mood', false);
    expect(await folder.broken(grown)).toEqual([]);
    expect(await folder.write(grown)).toEqual([GUEST]);
    expect(JSON.parse(await readFile(join(path, GUEST), 'utf8'))).toHaveProperty('properties.mood');
  });

  it('are broken by an incompatible change of a version; the complaint names class, version and field, and the way out', async () => {
    const [complaint, ...more] = await folder.broken(withField(GUEST, 'mood', true));
    expect(more).toEqual([]);
    expect(complaint).toMatch(/GuestMessage \(guest\.message version 1\), field mood: is required now/);
    expect(complaint).toMatch(/as version 2 and add registerUpcaster/);
  });

  it('are broken by an incompatible change of a form without versions', async () => {
    const [complaint] = await folder.broken(withField('schemas/envelope.json', 'mood', true));
    expect(complaint).toMatch(/Envelope, field mood: is required now[^]*add an optional one/);
  });

  it('are broken when a released class is gone', async () => {
    const schemas = generated.schemas.filter((file) => file.path !== GUEST);
    expect(await folder.broken({ ...generated, schemas })).toEqual([expect.stringContaining(`${GUEST} was released`)]);
  });
});
