import { type ClassConstructor } from 'class-transformer';
import { contractOf } from './message.decorator.js';
import { check } from './schema.js';
import { type StandardMessage } from './standard-message.js';

/** Makes the payload of a newer version out of an older one's; must not change its argument. */
export type Upcast<From extends object, To extends object> = (payload: From) => To;

interface Step {
  readonly to: ClassConstructor<object>;
  readonly cast: Upcast<object, object>;
}

const steps = new Map<ClassConstructor<object>, Step>();

/**
 * Lets readers of a newer version take messages of an older one. Declared once, beside the newer class; from v1 to v3 it
 * goes by way of v2.
 *
 * @throws Error when the classes are not two versions of one type in that order, or the older one has an up-caster.
 */
export function registerUpcaster<From extends object, To extends object>(
  from: ClassConstructor<From>,
  to: ClassConstructor<To>,
  cast: Upcast<From, To>,
): void {
  const older = contractOf(from);
  const newer = contractOf(to);
  if (older.type !== newer.type || older.version >= newer.version) {
    throw new Error(`${to.name} is no newer version of ${from.name}`);
  }
  if (steps.has(from)) throw new Error(`${from.name} has two up-casters`);
  steps.set(from, { to, cast: cast as unknown as Upcast<object, object> });
}

/** The class that messages of this class are brought to next, or undefined when there is no up-caster. */
export function upcastTarget(from: ClassConstructor<object>): ClassConstructor<object> | undefined {
  return steps.get(from)?.to;
}

/**
 * The message as its newest readers know it, or, with `goal`, as that version's. The same object when nothing is to do.
 * What an up-caster throws passes through: that is a fault of the program, not of the message.
 *
 * @param payloadClass class that the payload fits now
 * @throws InvalidMessageError when an up-caster's result does not fit its class.
 */
export function upcast<M extends StandardMessage>(
  message: M,
  payloadClass: ClassConstructor<object>,
  goal = Number.POSITIVE_INFINITY,
): M {
  let current = message;
  let step = steps.get(payloadClass);
  while (step && contractOf(step.to).version <= goal) {
    const payload = check(step.to, step.cast(current.payload));
    current = { ...current, schema_version: contractOf(step.to).version, payload };
    step = steps.get(step.to);
  }
  return current;
}
