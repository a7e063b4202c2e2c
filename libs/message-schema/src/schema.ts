import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { compiledClass, type Fits } from './compiled.js';
import { InvalidMessageError, type Violation } from './invalid-message-error.js';
import { limitValue } from './message-limits.js';

/**
 * Checks a plain value against a decorated class and returns it, typed, unchanged. The decorators are compiled to one
 * function per class at first use; class-validator itself speaks only when the value was refused and a person needs the
 * reason.
 *
 * @throws InvalidMessageError naming every field at fault.
 */
export function check<T extends object>(checked: ClassConstructor<T>, value: unknown): T {
  const fits = compiledClass(checked);
  if (fits(value)) return value as T;
  throw new InvalidMessageError(checked.name, explain(checked, value, fits));
}

/** Why a value that `fits` has just refused does not fit its class. @throws InvalidMessageError when it is no message */
function explain(checked: ClassConstructor<object>, value: unknown, { errors }: Fits): Violation[] {
  const found = (errors ?? []).map((e) => ({
    field: e.instancePath.slice(1).replaceAll('/', '.') || '(body)',
    problem: e.message ?? 'is not valid',
  }));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [{ field: '(body)', problem: 'must be a JSON object' }];
  }
  limitValue(value);
  const told = flatten(validateSync(plainToInstance(checked, value), { forbidUnknownValues: false }), '');
  return told.length > 0 ? told : found;
}

function flatten(errors: readonly ValidationError[], parent: string): Violation[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((problem) => ({ field, problem }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}
