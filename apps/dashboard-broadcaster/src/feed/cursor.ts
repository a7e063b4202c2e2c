import { BEGINNING, type Positions } from './positions.js';

/** Marks the form of a cursor, so that a later form can be told from this one. */
const VERSION = '1';
/** Both halves of an id are at most 11 digits of base 36 as long as they are safe integers. */
const PART = /^(?:([0-9a-z]{1,11})(?:-([0-9a-z]{1,11}))?)?$/;
const MAX_PART_LENGTH = 24;

/**
 * Writes positions as one short text that needs no escaping in a URL: `1.` and then, between dots, the entry ids in base
 * 36; a sequence of 0 and the beginning are left out.
 */
export function encodeCursor(positions: Positions): string {
  return [VERSION, ...positions.map(encodeId)].join('.');
}

/** Reads a cursor of exactly so many partitions; undefined when it is none, as after a change of their number. */
export function decodeCursor(text: string, partitions: number): string[] | undefined {
  if (text.length > (partitions + 1) * MAX_PART_LENGTH) return undefined;
  const [version, ...parts] = text.split('.');
  if (version !== VERSION || parts.length !== partitions) return undefined;
  const ids = parts.map(decodeId);
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function encodeId(id: string): string {
  if (id === BEGINNING) return '';
  const [ms, seq] = id.split('-').map((half) => Number(half).toString(36));
  return seq === '0' || seq === undefined ? (ms ?? '') : `${ms}-${seq}`;
}

function decodeId(part: string): string | undefined {
  const match = PART.exec(part);
  if (!match) return undefined;
  const [ms, seq] = [parseInt(match[1] ?? '0', 36), parseInt(match[2] ?? '0', 36)];
  return Number.isSafeInteger(ms) && Number.isSafeInteger(seq) ? `${ms}-${seq}` : undefined;
}
