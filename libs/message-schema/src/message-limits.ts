import { InvalidMessageError } from './invalid-message-error.js';

/** Most bytes of a message's JSON in UTF-8: 1 MiB. */
export const MAX_MESSAGE_BYTES = 1_048_576;
/** Most objects and arrays inside each other; the message itself is the first. */
export const MAX_MESSAGE_DEPTH = 32;
/** Most fields of all objects of one message together. */
export const MAX_MESSAGE_KEYS = 10_000;

/** A field takes at least five characters of JSON (`"":0,`), so a shorter text cannot hold too many. */
const TEXT_THAT_MAY_HOLD_TOO_MANY_KEYS = MAX_MESSAGE_KEYS * 5;
/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const TEXT_THAT_MAY_BE_TOO_LONG = Math.floor(MAX_MESSAGE_BYTES / 3);
const LONGEST_FIELD_NAME = 200;

/**
 * Refuses a text that is too long to be a message, before anything is parsed.
 *
 * @throws InvalidMessageError
 */
export function limitLength(text: string): void {
  if (text.length <= TEXT_THAT_MAY_BE_TOO_LONG) return;
  if (text.length <= MAX_MESSAGE_BYTES && Buffer.byteLength(text) <= MAX_MESSAGE_BYTES) return;
  refuse('(body)', `must not be longer than ${MAX_MESSAGE_BYTES} bytes of JSON`);
}

/**
 * Refuses what is too deep, has too many fields or holds a NUL character. Most messages are cleared by a look at their
 * text; only a suspicious one is walked through.
 *
 * @throws InvalidMessageError naming the field.
 */
export function limitContent(text: string, value: unknown): void {
  if (text.length >= TEXT_THAT_MAY_HOLD_TOO_MANY_KEYS || text.includes('\\u0000') || mayBeDeep(text)) limitValue(value);
}

/**
 * All limits for a message that has no text yet. What its JSON will measure is estimated from above; only near the limit
 * it is written to know.
 *
 * @throws InvalidMessageError naming the field.
 */
export function limitValue(value: unknown): void {
  const walk = new Walk();
  walk.visit(value, '', 1);
  if (walk.most > MAX_MESSAGE_BYTES) limitLength(JSON.stringify(value));
}

/** A control character or a lone surrogate takes six bytes (`\u0001`), everything else less for each UTF-16 unit. */
const MOST_BYTES_OF_A_UNIT = 6;
/** Quotes, colon and comma around a name or a value, or a number at its longest. */
const MOST_BYTES_AROUND = 28;

class Walk {
  /** What the JSON measures at most, in bytes. */
  most = 2;
  private keys = 0;

  visit(node: unknown, field: string, depth: number): void {
    this.most += MOST_BYTES_AROUND;
    if (typeof node === 'string') this.text(node, field, 'must not hold a NUL character');
    else if (node !== null && typeof node === 'object') {
      if (depth > MAX_MESSAGE_DEPTH) refuse(field, `must not be nested deeper than ${MAX_MESSAGE_DEPTH} levels`);
      if (Array.isArray(node)) this.items(node, field, depth);
      else this.fields(node as Record<string, unknown>, field, depth);
    }
  }

  private items(items: readonly unknown[], field: string, depth: number): void {
    for (let i = 0; i < items.length; i++) this.visit(items[i], `${field}.${i}`, depth + 1);
  }

  private fields(node: Readonly<Record<string, unknown>>, field: string, depth: number): void {
    for (const key of Object.keys(node)) {
      if ((this.keys += 1) > MAX_MESSAGE_KEYS) refuse('(body)', `must not have more than ${MAX_MESSAGE_KEYS} fields`);
      this.text(key, field, 'must not have a NUL character in a field name');
      this.visit(node[key], field === '' ? key : `${field}.${key}`, depth + 1);
    }
  }

  private text(text: string, field: string, problem: string): void {
    this.most += text.length * MOST_BYTES_OF_A_UNIT;
    if (text.includes('\0')) refuse(field, problem);
  }
}

function mayBeDeep(text: string): boolean {
  let opened = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if ((opened += 1) > MAX_MESSAGE_DEPTH) return true;
    }
  }
  return false;
}

function refuse(field: string, problem: string): never {
  throw new InvalidMessageError('Message', [{ field: field.slice(0, LONGEST_FIELD_NAME) || '(body)', problem }]);
}
