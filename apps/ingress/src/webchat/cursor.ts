/** Largest number in a Redis stream id: 2^64 - 1. */
const MAX_PART = 0xffff_ffff_ffff_ffffn;

/** True for the id of an entry after which another one may come. */
export function isCursor(text: string): boolean {
  const match = /^(\d{1,20})-(\d{1,20})$/.exec(text);
  if (!match) return false;
  const [ms, sequence] = [BigInt(match[1] as string), BigInt(match[2] as string)];
  return ms <= MAX_PART && sequence <= MAX_PART && !(ms === MAX_PART && sequence === MAX_PART);
}
