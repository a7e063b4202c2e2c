import { declaredMessages, type JsonSchema, jsonSchemaOf } from '@switchboard/message-schema';
import { asyncApiDocument } from './asyncapi.js';
import { schemaName, type DecoratedClass, wireForms } from './wire-forms.js';

/** One JSON Schema file: the class it was made from and, for a payload, its wire type and version. */
export interface SchemaFile {
  readonly path: string;
  readonly schema: JsonSchema;
  /** Absent for a wire form, which has no version of its own. */
  readonly version?: { readonly type: string; readonly version: number };
}

export const ASYNCAPI_PATH = 'asyncapi.json';

/** The AsyncAPI document and the schema files as the message classes say they are now. */
export function generatedFiles(): { readonly asyncApi: object; readonly schemas: readonly SchemaFile[] } {
  const forms = Object.entries(wireForms).map(([name, decorated]) => schemaFile(name, decorated));
  const payloads = declaredMessages().map((declared) => ({
    ...schemaFile(schemaName(declared), declared.messageClass as DecoratedClass),
    version: { type: declared.type, version: declared.version },
  }));
  return { asyncApi: asyncApiDocument(), schemas: [...forms, ...payloads] };
}

function schemaFile(name: string, decorated: DecoratedClass): SchemaFile {
  const schema: JsonSchema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: decorated.name,
    ...jsonSchemaOf(decorated),
  };
  return { path: `schemas/${name}.json`, schema };
}
