import 'reflect-metadata';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
// Where Nest keeps which parameter is what; its own decorators offer no way to ask.
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants.js';
import { type HandlerExtras, type PatternExtras } from './handler-extras.js';
import { patternOf } from './pattern.js';

/** Handlers of this transport are registered with no other server of a hybrid app. */
export const SWITCHBOARD = Symbol.for('switchboard');

/** A decorator that looks at no types. */
export type MethodMark = (target: object, key: string | symbol, descriptor: PropertyDescriptor) => void;

/** How Nest notes parameters, by kind and index. */
type NamedParameters = Readonly<Record<string, { readonly index: number }>>;

type Target = object & { constructor: { name: string } };

/**
 * Makes a method the handler of a pattern. Its first parameter is the message and its second the context, whether
 * or not `@Payload()` and `@Ctx()` say so. (Nest's form for messages, not that for events: for events Nest chains the
 * handlers of one pattern without a word, and here a second one is refused.)
 */
export function handlerDecorator(extras: PatternExtras): MethodMark {
  return (target, key, descriptor) => {
    nameParameters(target, key);
    leaveContextToHandler(target, key);
    const owner = `${(target as Target).constructor.name}.${String(key)}`;
    const told: HandlerExtras = { ...extras, owner };
    MessagePattern(patternOf(extras), SWITCHBOARD, { ...told })(target, key, descriptor);
  };
}

/** Each for itself: what is written must not take the meaning of the other away. */
function nameParameters(target: object, key: string | symbol): void {
  const named = Reflect.getMetadata(PARAM_ARGS_METADATA, target.constructor, key) as NamedParameters | undefined;
  const indexes = new Set(Object.values(named ?? {}).map(({ index }) => index));
  if (!indexes.has(0)) Payload()(target, key, 0);
  if (!indexes.has(1)) Ctx()(target, key, 1);
}

/** Pipes see every parameter; one that validates would make a plain object of the context, if it knew its class. */
function leaveContextToHandler(target: object, key: string | symbol): void {
  const types = Reflect.getMetadata('design:paramtypes', target, key) as unknown[] | undefined;
  if (types && types.length > 1) Reflect.defineMetadata('design:paramtypes', types.with(1, Object), target, key);
}
