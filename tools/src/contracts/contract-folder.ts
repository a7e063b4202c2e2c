import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JsonSchema } from '@switchboard/message-schema';
import { format } from 'prettier';
import { ASYNCAPI_PATH, type generatedFiles, type SchemaFile } from './generated-files.js';
import { incompatibilities } from './incompatibilities.js';

type Generated = ReturnType<typeof generatedFiles>;

/** The committed contracts: every schema file is the released form of one version, which may only grow. */
export class ContractFolder {
  constructor(private readonly folder: string) {}

  /** One line, or two, for every released schema that the classes no longer keep. */
  async broken({ schemas }: Generated): Promise<string[]> {
    const lines: string[] = [];
    for (const file of schemas) {
      const released = await this.read(file.path);
      if (released === undefined) continue;
      const found = incompatibilities(JSON.parse(released) as JsonSchema, file.schema);
      lines.push(...found.map(({ field, problem }) => complaint(file, field, problem)));
    }
    const kept = new Set(schemas.map(({ path }) => path));
    const gone = (await this.releasedSchemas()).filter((path) => !kept.has(path));
    return [...lines, ...gone.map(goneComplaint)];
  }

  /** Paths of the files that are not as they would be written now. */
  async stale(generated: Generated): Promise<string[]> {
    const stale: string[] = [];
    for (const [path, text] of await texts(generated)) {
      if ((await this.read(path)) !== text) stale.push(path);
    }
    return stale;
  }

  /** Writes the files that are stale and returns their paths. */
  async write(generated: Generated): Promise<string[]> {
    const stale = new Set(await this.stale(generated));
    for (const [path, text] of await texts(generated)) {
      if (!stale.has(path)) continue;
      await mkdir(dirname(join(this.folder, path)), { recursive: true });
      await writeFile(join(this.folder, path), text);
    }
    return [...stale];
  }

  private async read(path: string): Promise<string | undefined> {
    return readFile(join(this.folder, path), 'utf8').catch(absent);
  }

  private async releasedSchemas(): Promise<string[]> {
    const names = (await readdir(join(this.folder, 'schemas')).catch(absent)) ?? [];
    return names.filter((name) => name.endsWith('.json')).map((name) => `schemas/${name}`);
  }
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}

async function texts({ asyncApi, schemas }: Generated): Promise<[path: string, text: string][]> {
  const files = [[ASYNCAPI_PATH, asyncApi] as const, ...schemas.map(({ path, schema }) => [path, schema] as const)];
  return Promise.all(files.map(async ([path, content]) => [path, await formatted(content)]));
}

/** As the house's formatter leaves it, so that formatting does not make it stale. */
function formatted(content: object): Promise<string> {
  return format(JSON.stringify(content, null, 2), { parser: 'json', printWidth: 120 });
}

function complaint({ schema, version }: SchemaFile, field: string, problem: string): string {
  const name = String(schema['title']);
  const where = field === '' ? '' : `, field ${field}`;
  if (!version) {
    return `${name}${where}: ${problem}.\n  It has no versions: keep the field as it was and add an optional one beside it.`;
  }
  const next = version.version + 1;
  return (
    `${name} (${version.type} version ${version.version})${where}: ${problem}.\n` +
    `  Keep this class for version ${version.version}, declare the new form as version ${next} and add registerUpcaster.`
  );
}

function goneComplaint(path: string): string {
  return (
    `${path} was released, but no class declares it any more.\n` +
    `  Keep the class while such messages may be stored anywhere; when none are, delete the file.`
  );
}
