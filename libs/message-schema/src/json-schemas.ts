import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { type ClassConstructor } from 'class-transformer';
import { getMetadataStorage, IS_ISO8601 } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';

/** A JSON Schema (draft 7) as far as the decorators make one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

const REFERENCE = '#/definitions/';

/** JSON Schemas of every decorated class, derived from the class-validator decorators, the one source. */
export function jsonSchemas(): Record<string, JsonSchema> {
  return validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: REFERENCE,
    additionalConverters: { [IS_ISO8601]: { type: 'string', format: 'date-time' } },
  }) as Record<string, JsonSchema>;
}

/**
 * The schema of one class, whole: the classes it refers to stand under `definitions`.
 *
 * @throws Error when the class has no decorators, or when two classes of one name would be taken for each other.
 */
export function jsonSchemaOf(messageClass: ClassConstructor<object>): JsonSchema {
  const all = jsonSchemas();
  const schema = all[messageClass.name];
  if (!schema) throw new Error(`${messageClass.name} has no class-validator decorators`);
  const definitions = referredTo(schema, all);
  for (const name of [messageClass.name, ...Object.keys(definitions)]) refuseNamesakes(name);
  return Object.keys(definitions).length > 0 ? { ...schema, definitions } : schema;
}

function referredTo(schema: JsonSchema, all: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { $ref } = node as { $ref?: unknown };
    if (typeof $ref === 'string' && $ref.startsWith(REFERENCE)) {
      const name = $ref.slice(REFERENCE.length);
      if (name in found) return;
      const target = all[name];
      if (!target) throw new Error(`${name} has no class-validator decorators`);
      found[name] = target;
      visit(target);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(schema);
  return found;
}

/** Schemas are found by class name, so two decorated classes of one name would silently become one. */
function refuseNamesakes(name: string): void {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: ReadonlyMap<unknown, unknown>;
  };
  const namesakes = [...validationMetadatas.keys()].filter((target) => (target as { name?: string }).name === name);
  if (namesakes.length > 1) throw new Error(`There are ${namesakes.length} classes ${name}: rename all but one`);
}
