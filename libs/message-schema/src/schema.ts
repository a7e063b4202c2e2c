import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';

/** One fault of an input: where it is and what is wrong, without the value. */
export interface Violation {
  /** Path of the field, for example `replyTo.channel`. */
  readonly field: string;
  readonly problem: string;
}

/** An input does not fit its class. `violations` names every field at fault and never repeats a value. */
export class InvalidMessageError extends Error {
  readonly code = 'INVALID_MESSAGE';

  constructor(
    readonly subject: string,
    readonly violations: readonly Violation[],
  ) {
    super(`${subject} is not valid: ${violations.map((v) => `${v.field}: ${v.problem}`).join('; ')}`);
    this.name = 'InvalidMessageError';
  }
}

const compiled = new Map<ClassConstructor<object>, ValidateFunction>();
let ajv: Ajv | undefined;

/** JSON Schemas of every decorated class, derived from the class-validator decorators, the one source. */
export function jsonSchemas(): Record<string, object> {
  return validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/definitions/',
  }) as Record<string, object>;
}

function compile(messageClass: ClassConstructor<object>): ValidateFunction {
  const definitions = jsonSchemas();
  const schema = definitions[messageClass.name];
  if (!schema) throw new Error(`${messageClass.name} has no class-validator decorators`);
  ajv ??= (addFormats as unknown as { default: typeof addFormats.default }).default(
    new Ajv({ allErrors: false, strict: false, validateFormats: true }),
  );
  return ajv.compile({ ...schema, definitions });
}

function flatten(errors: readonly ValidationError[], parent: string): Violation[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((problem) => ({ field, problem }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}

function explain(messageClass: ClassConstructor<object>, value: unknown, validate: ValidateFunction): Violation[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [{ field: '(body)', problem: 'must be a JSON object' }];
  }
  const told = flatten(validateSync(plainToInstance(messageClass, value), { forbidUnknownValues: false }), '');
  if (told.length > 0) return told;
  return (validate.errors ?? []).map((e) => ({
    field: e.instancePath.slice(1).replaceAll('/', '.') || '(body)',
    problem: e.message ?? 'is not valid',
  }));
}

/**
 * Checks a plain value against a decorated class and returns it, typed, unchanged. The decorators are compiled to one
 * function per class at first use; class-validator itself speaks only when the value was refused and a person needs the
 * reason.
 *
 * @throws InvalidMessageError naming every field at fault.
 */
export function check<T extends object>(messageClass: ClassConstructor<T>, value: unknown): T {
  let validate = compiled.get(messageClass);
  if (!validate) compiled.set(messageClass, (validate = compile(messageClass)));
  if (validate(value)) return value as T;
  throw new InvalidMessageError(messageClass.name, explain(messageClass, value, validate));
}
