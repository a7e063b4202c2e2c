/** Where a dead letter lies: the stream it came from, the partition, and its entry in the partition's dead letters. */
export interface DeadLetterPlace {
  readonly stream: string;
  readonly partition: number;
  readonly entryId: string;
}

/** Largest number in a Redis stream id; a larger one makes Redis refuse the command. */
const MAX_PART = 0xffff_ffff_ffff_ffffn;

const form = /^(.{1,256}):(\d{1,4}):(\d{1,20}-\d{1,20})$/;

/** The id people use: `msi:messages:7:1700000000000-0`. */
export function formatDeadLetterId({ stream, partition, entryId }: DeadLetterPlace): string {
  return `${stream}:${partition}:${entryId}`;
}

/** The place behind an id, or undefined when the text is none. */
export function parseDeadLetterId(text: string): DeadLetterPlace | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, stream, partition, entryId] = match as unknown as [string, string, string, string];
  if (entryId.split('-').some((part) => BigInt(part) > MAX_PART)) return undefined;
  return { stream, partition: Number(partition), entryId };
}
