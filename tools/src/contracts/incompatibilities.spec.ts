import { type JsonSchema } from '@switchboard/message-schema';
import { incompatibilities } from './incompatibilities.js';

const text = { type: 'string', minLength: 1, maxLength: 10 };
const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
});
const found = (old: JsonSchema, now: JsonSchema): string[] =>
  incompatibilities(old, now).map(({ field, problem }) => `${field}: ${problem}`);

describe('a released schema may not', () => {
  it.each<[string, JsonSchema, JsonSchema, string]>([
    ['get a new required field', object({}), object({ a: text }, ['a']), 'a: is required now'],
    ['require what was optional', object({ a: text }), object({ a: text }, ['a']), 'a: is required now'],
    ['lose a field', object({ a: text }), object({}), 'a: was removed'],
    ['lose a required field', object({ a: text }, ['a']), object({}), 'a: was removed'],
    ['stop requiring a field', object({ a: text }, ['a']), object({ a: text }), 'a: is no longer required'],
    ['change a type', object({ a: text }), object({ a: { type: 'integer' } }), 'a: was string and is integer now'],
    ['narrow number to integer', { type: 'number' }, { type: 'integer' }, ': was number and is integer now'],
    ['lose one of several types', { type: ['string', 'null'] }, { type: 'string' }, ': was null and is string now'],
    ['get a type', {}, { type: 'string' }, ': must be string now'],
    ['lose a value', { enum: ['a', 'b'] }, { enum: ['a'] }, ': no longer allows "b"'],
    ['become an enumeration', { type: 'string' }, { type: 'string', enum: ['a'] }, ': allows only certain values now'],
    ['shorten a text', text, { ...text, maxLength: 9 }, ': has a narrower maxLength now'],
    ['demand a longer text', text, { ...text, minLength: 2 }, ': has a narrower minLength now'],
    ['raise a minimum', { minimum: 1 }, { minimum: 2 }, ': has a narrower minimum now'],
    ['get a maximum', { type: 'integer' }, { type: 'integer', maximum: 5 }, ': has a narrower maximum now'],
    ['allow fewer items', { maxItems: 5 }, { maxItems: 4 }, ': has a narrower maxItems now'],
    ['get a pattern', { type: 'string' }, { type: 'string', pattern: '^a' }, ': has a pattern now'],
    ['change a pattern', { pattern: '^a' }, { pattern: '^b' }, ': has another pattern now'],
    ['get a format', { type: 'string' }, { type: 'string', format: 'date-time' }, ': has a format now'],
    ['refuse unknown fields', object({}), { ...object({}), additionalProperties: false }, ': no longer allows unknown'],
    ['change what this check does not know', { not: { type: 'null' } }, { not: {} }, ': has another not now'],
    [
      'be narrowed inside a list',
      object({ list: { type: 'array', items: object({ a: text }) } }),
      object({ list: { type: 'array', items: object({}) } }),
      'list[].a: was removed',
    ],
    [
      'be narrowed in a class it refers to',
      { ...object({ to: { $ref: '#/definitions/A' } }), definitions: { A: object({ a: text }) } },
      { ...object({ to: { $ref: '#/definitions/B' } }), definitions: { B: object({ a: { ...text, maxLength: 1 } }) } },
      'to.a: has a narrower maxLength now',
    ],
  ])('%s', (_name, old, now, problem) => {
    expect(found(old, now)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a released schema may', () => {
  it.each<[string, JsonSchema, JsonSchema]>([
    ['stay as it is', object({ a: text }, ['a']), object({ a: text }, ['a'])],
    ['get an optional field', object({ a: text }), object({ a: text, b: text })],
    ['allow more values', { enum: ['a'] }, { enum: ['b', 'a'] }],
    ['lose an enumeration', { type: 'string', enum: ['a'] }, { type: 'string' }],
    ['widen integer to number', { type: 'integer' }, { type: 'number' }],
    ['allow another type', { type: 'string' }, { type: ['string', 'null'] }],
    ['widen its bounds', text, { ...text, minLength: 0, maxLength: 11 }],
    ['lose a bound or a pattern', { ...text, pattern: '^a' }, { type: 'string' }],
    ['change its words', { title: 'A', description: 'a' }, { title: 'B', examples: [1] }],
    [
      'rename a class it refers to',
      { ...object({ to: { $ref: '#/definitions/A' } }), definitions: { A: object({ a: text }) } },
      { ...object({ to: { $ref: '#/definitions/B' } }), definitions: { B: object({ a: text }) } },
    ],
    [
      'refer to itself',
      {
        ...object({ to: { $ref: '#/definitions/A' } }),
        definitions: { A: object({ a: { $ref: '#/definitions/A' } }) },
      },
      {
        ...object({ to: { $ref: '#/definitions/A' } }),
        definitions: { A: object({ a: { $ref: '#/definitions/A' } }) },
      },
    ],
  ])('%s', (_name, old, now) => {
    expect(found(old, now)).toEqual([]);
  });
});
