import * as ts from 'typescript';
import { decoratorsOf, type MessageSources } from './message-sources.js';

type Decorators = ReadonlyMap<string, readonly ts.Expression[]>;

/** Values for the class-validator decorators whose name says the form. */
const samples: Readonly<Record<string, string>> = {
  IsISO8601: 'new Date().toISOString()',
  IsDateString: 'new Date().toISOString()',
  IsBoolean: 'true',
  IsUUID: "'6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b'",
  IsEmail: "'guest@example.com'",
  IsUrl: "'https://example.com/'",
  IsArray: '[]',
  IsObject: '{}',
};

const SAMPLE_TEXT = 'sample';

/**
 * Source text of an object that fits a message class: all required fields, with values read off their decorators. What a
 * decorator does not tell (a regular expression, a check of its own) is left to the reader of the generated test.
 */
export function samplePayload(sources: MessageSources, className: string): string {
  const members = sources.classes.get(className)?.members.filter(ts.isPropertyDeclaration) ?? [];
  const fields = members.flatMap((member) => {
    const decorators = decoratorsOf(member);
    return decorators.has('IsOptional') ? [] : [`${member.name.getText()}: ${sampleOf(sources, decorators)}`];
  });
  return `{ ${fields.join(', ')} }`;
}

function sampleOf(sources: MessageSources, decorators: Decorators): string {
  const nested = decorators.has('IsArray') ? undefined : nestedClass(decorators);
  if (nested) return samplePayload(sources, nested);
  const choice = decorators.get('IsIn')?.[0];
  if (choice) return firstOf(sources, choice);
  const form = Object.keys(samples).find((name) => decorators.has(name));
  if (form) return samples[form] as string;
  if (['IsInt', 'IsNumber', 'IsPositive'].some((name) => decorators.has(name))) return numberOf(decorators);
  return `'${textOf(decorators)}'`;
}

/** The class of `@Type(() => X)`. */
function nestedClass(decorators: Decorators): string | undefined {
  const [factory] = decorators.get('Type') ?? [];
  return factory && ts.isArrowFunction(factory) && ts.isIdentifier(factory.body) ? factory.body.text : undefined;
}

function firstOf({ constants }: MessageSources, choice: ts.Expression): string {
  const list = ts.isIdentifier(choice) ? constants.get(choice.text) : choice;
  const first = list && ts.isArrayLiteralExpression(list) ? list.elements[0] : undefined;
  return first?.getText() ?? `'${SAMPLE_TEXT}'`;
}

function numberOf(decorators: Decorators): string {
  return decorators.get('Min')?.[0]?.getText() ?? '1';
}

function textOf(decorators: Decorators): string {
  const shortest = decorators.get('Length')?.[0] ?? decorators.get('MinLength')?.[0];
  const length = shortest && ts.isNumericLiteral(shortest) ? Number(shortest.text) : 0;
  return SAMPLE_TEXT.padEnd(length, '-');
}
