import { hash32 } from '../partition/partition-of.js';

/**
 * Partitions of one member: rendezvous hashing with bounded load. Every member computes the same answer from the same
 * list, no member gets more than its even share rounded up, and a change of members moves little else.
 */
export function partitionsOf(member: string, members: readonly string[], partitions: number): number[] {
  const living = [...new Set(members)].sort();
  if (!living.includes(member)) return [];
  const share = Math.ceil(partitions / living.length);
  const load = new Map(living.map((name) => [name, 0]));
  const mine: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const owner = ranked(partition, living).find((name) => (load.get(name) ?? 0) < share) as string;
    load.set(owner, (load.get(owner) ?? 0) + 1);
    if (owner === member) mine.push(partition);
  }
  return mine;
}

function ranked(partition: number, members: readonly string[]): string[] {
  return members
    .map((name) => ({ name, weight: hash32(`${name}#${partition}`) }))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}
