import { type JsonSchema } from '@switchboard/message-schema';

/** One way in which a new schema refuses what the old one promised. */
export interface Incompatibility {
  /** Path of the field, `[]` for the items of a list, empty for the whole. */
  readonly field: string;
  readonly problem: string;
}

/** Keywords that say nothing about which values fit, or that are followed where they are used. */
const silent = new Set(['$schema', '$id', 'title', 'description', 'examples', 'default', 'deprecated', 'definitions']);
const understood = new Set(['type', 'enum', 'properties', 'required', 'items', 'additionalProperties']);
/** Bounds that may only move outwards: +1 may rise, -1 may fall. */
const bounds: Readonly<Record<string, 1 | -1>> = {
  maximum: 1,
  exclusiveMaximum: 1,
  maxLength: 1,
  maxItems: 1,
  maxProperties: 1,
  minimum: -1,
  exclusiveMinimum: -1,
  minLength: -1,
  minItems: -1,
  minProperties: -1,
};

/**
 * What a reader with the new schema would no longer take of what was written under the old one, or no longer find in it.
 * Optional fields may be added, bounds widened, values added to an enumeration. A keyword this comparison does not know
 * may not change at all.
 */
export function incompatibilities(old: JsonSchema, now: JsonSchema): Incompatibility[] {
  return new Comparison(old, now).compare(old, now, '');
}

class Comparison {
  /** Pairs of definitions being compared; one that comes again inside itself needs no second look. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly oldRoot: JsonSchema,
    private readonly newRoot: JsonSchema,
  ) {}

  compare(oldNode: JsonSchema, newNode: JsonSchema, field: string): Incompatibility[] {
    const pair = `${String(oldNode['$ref'])} ${String(newNode['$ref'])}`;
    const isNamed = oldNode['$ref'] !== undefined;
    if (isNamed && this.underWay.has(pair)) return [];
    if (isNamed) this.underWay.add(pair);
    const old = resolved(oldNode, this.oldRoot);
    const now = resolved(newNode, this.newRoot);
    const problems = [...typeProblems(old, now), ...enumProblems(old, now), ...keywordProblems(old, now)];
    const found = [
      ...problems.map((problem) => ({ field, problem })),
      ...requirementProblems(old, now, field),
      ...this.properties(old, now, field),
      ...this.items(old, now, field),
    ];
    if (isNamed) this.underWay.delete(pair);
    return found;
  }

  private properties(old: JsonSchema, now: JsonSchema, field: string): Incompatibility[] {
    const before = old.properties ?? {};
    const after = now.properties ?? {};
    return Object.keys(before).flatMap((name) => {
      const path = pathOf(field, name);
      const target = after[name];
      return target ? this.compare(before[name] ?? {}, target, path) : [{ field: path, problem: 'was removed' }];
    });
  }

  private items(old: JsonSchema, now: JsonSchema, field: string): Incompatibility[] {
    if (now['items'] === undefined) return [];
    return this.compare((old['items'] ?? {}) as JsonSchema, now['items'] as JsonSchema, `${field}[]`);
  }
}

function resolved(node: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref: reference, ...beside } = node;
  if (typeof reference !== 'string') return node;
  const definitions = root['definitions'] as Readonly<Record<string, JsonSchema>> | undefined;
  const target = definitions?.[reference.replace('#/definitions/', '')];
  if (!target) throw new Error(`The schema has no ${reference}`);
  return { ...target, ...beside };
}

function typeProblems(old: JsonSchema, now: JsonSchema): string[] {
  if (now['type'] === undefined) return [];
  const after = listOf(now['type']);
  if (after.includes('number')) after.push('integer');
  if (old['type'] === undefined) return [`must be ${after.join(' or ')} now`];
  const lost = listOf(old['type']).filter((type) => !after.includes(type));
  return lost.length > 0 ? [`was ${lost.join(' or ')} and is ${after.join(' or ')} now`] : [];
}

function enumProblems(old: JsonSchema, now: JsonSchema): string[] {
  if (now['enum'] === undefined) return [];
  if (old['enum'] === undefined) return ['allows only certain values now'];
  const after = listOf(now['enum']).map((value) => JSON.stringify(value));
  const lost = listOf(old['enum'])
    .map((value) => JSON.stringify(value))
    .filter((value) => !after.includes(value));
  return lost.length > 0 ? [`no longer allows ${lost.join(', ')}`] : [];
}

function keywordProblems(old: JsonSchema, now: JsonSchema): string[] {
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].flatMap((name) => {
    if (silent.has(name) || understood.has(name)) return closed(name, old, now);
    const direction = bounds[name];
    if (direction === undefined) return changed(name, old[name], now[name]);
    return narrowed(old[name], now[name], direction) ? [`has a narrower ${name} now: ${String(now[name])}`] : [];
  });
}

function closed(name: string, old: JsonSchema, now: JsonSchema): string[] {
  if (name !== 'additionalProperties' || now[name] === undefined || now[name] === true) return [];
  return JSON.stringify(old[name]) === JSON.stringify(now[name]) ? [] : ['no longer allows unknown fields'];
}

function narrowed(old: unknown, now: unknown, direction: 1 | -1): boolean {
  if (now === undefined) return false;
  return old === undefined || (Number(now) - Number(old)) * direction < 0;
}

function changed(name: string, old: unknown, now: unknown): string[] {
  if (now === undefined || JSON.stringify(old) === JSON.stringify(now)) return [];
  return [old === undefined ? `has a ${name} now` : `has another ${name} now`];
}

function requirementProblems(old: JsonSchema, now: JsonSchema, field: string): Incompatibility[] {
  const before = old.required ?? [];
  const after = now.required ?? [];
  const added = after.filter((name) => !before.includes(name));
  const dropped = before.filter((name) => !after.includes(name) && now.properties?.[name] !== undefined);
  return [
    ...added.map((name) => ({ field: pathOf(field, name), problem: 'is required now' })),
    ...dropped.map((name) => ({ field: pathOf(field, name), problem: 'is no longer required, readers rely on it' })),
  ];
}

function pathOf(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? [...(value as unknown[])] : [value];
}
