import { LineCounter, parseDocument } from 'yaml';
import { type SettingScope } from '../settings/read-setting.js';
import { FILE_PROBLEM, readTextFile } from '../settings/text-file.js';
import { checkEntry } from './check-entry.js';
import { FileFaults } from './file-faults.js';
import { PropertiesFile, type PropertyEntry } from './properties-file.form.js';
import { type Property } from './property.js';
import { readAgent } from './read-agent.js';
import { channelRules } from './read-sending.js';
import { readSource } from './read-source.js';
import { type FileReading } from './resolve-source.js';
import { SecretResolver } from './secret-reference.js';

/** The properties of a YAML file with their secrets resolved. Faults are noted in the scope; what remains is returned. */
export function readProperties(path: string, scope: SettingScope): Property[] {
  const faults = new FileFaults(scope.faults);
  const text = readTextFile(path);
  if (text === undefined) {
    faults.add('', FILE_PROBLEM);
    return [];
  }
  const document = parse(text, faults);
  const file = document && checkEntry(PropertiesFile, document.value, '', faults);
  if (!file) return [];
  const secrets = new SecretResolver(path, scope.env, scope.production, faults);
  const reading = { faults, secrets, channels: channelRules(file.channels) };
  const properties = file.properties.map((entry, i) => readProperty(entry, `properties.${i}`, reading));
  refuseRepeated(properties, faults);
  return properties;
}

/** The parser's own messages show the line at fault, which may hold a secret; here only its number is told. */
function parse(text: string, faults: FileFaults): { value: unknown } | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const { code, pos } of document.errors) {
    faults.add('', `is no valid YAML in line ${lines.linePos(pos[0]).line} (${code})`);
  }
  if (document.errors.length > 0) return undefined;
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch {
    faults.add('', 'is no valid YAML: its aliases cannot be resolved');
    return undefined;
  }
}

function readProperty(entry: PropertyEntry, at: string, reading: FileReading): Property {
  const sources = entry.sources.map((source, i) =>
    readSource(source, { propertyId: entry.id, at: `${at}.sources.${i}`, reading }),
  );
  return {
    id: entry.id,
    name: entry.name ?? entry.id,
    agent: readAgent(entry.agent, `${at}.agent`, reading),
    sources: sources.filter((source) => source !== undefined),
  };
}

function refuseRepeated(properties: readonly Property[], faults: FileFaults): void {
  for (const id of repeated(properties.map((property) => property.id))) {
    faults.add('', `has two properties with the id ${id}`);
  }
  for (const id of repeated(properties.flatMap(({ sources }) => sources.map((source) => source.id)))) {
    faults.add('', `has two sources with the id ${id}`);
  }
}

function repeated(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
}
