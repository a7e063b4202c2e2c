import { type StoredEntry } from '@switchboard/delivery';

/** Reply of the script `read`: count of changes, '1' when more may follow, marks, then four items for each entry. */
export type ReadReply = readonly [
  changes: string | number,
  more?: string,
  marks?: readonly (string | number)[],
  ...items: string[],
];

/** Entries out of the reply of the script `read`. */
export function decodeEntries(reply: ReadReply): StoredEntry[] {
  const entries: StoredEntry[] = [];
  // A rest parameter would copy the items one by one.
  for (let at = 3; at < reply.length; at += 4) {
    entries.push({
      entryId: reply[at] as string,
      key: reply[at + 1] as string,
      id: reply[at + 2] as string,
      data: reply[at + 3] as string,
    });
  }
  const marks = reply[2] ?? [];
  for (let at = 0; at < marks.length; at += 2) {
    const place = Number(marks[at]) - 1;
    entries[place] = { ...(entries[place] as StoredEntry), ...meaningOf(String(marks[at + 1])) };
  }
  return entries;
}

/** No group has this name: who reads the entry acknowledges it and does nothing. */
const NOBODY = '!';

function meaningOf(mark: string): Partial<StoredEntry> {
  if (mark === '-') return { fault: 'gone' };
  if (mark === '~') return { replaced: true };
  if (mark === 'x') return { replaced: true, onlyGroup: NOBODY };
  return mark === '!' ? { fault: 'foreign' } : { onlyGroup: mark.slice(1) };
}

/** One entry out of XRANGE, or the statement that it is gone. */
export function decodeEntry(entryId: string, reply: readonly [string, string[]][]): StoredEntry {
  const fields = reply[0]?.[1];
  if (!fields) return { entryId, key: '', id: '', data: '', fault: 'gone' };
  const [k, key, i, id, d, data] = fields;
  if (k !== 'k' || i !== 'i' || d !== 'd')
    return { entryId, key: '', id: '', data: JSON.stringify(fields), fault: 'foreign' };
  return { entryId, key: key as string, id: id as string, data: data as string };
}

/** Value of a field in a list of names and values. */
export function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
}
