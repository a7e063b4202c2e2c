/**
 * Partition of a conversation: the same number for every stream, every service and for ever, so it must never change.
 * FNV-1a over UTF-16 code units with MurmurHash3's finaliser, modulo the number of partitions.
 */
export function partitionOf(key: string, partitions: number): number {
  return hash32(key) % partitions;
}

/** A well-mixed 32-bit hash of a text. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
