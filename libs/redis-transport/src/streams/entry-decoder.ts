import { type StoredEntry } from '@switchboard/delivery';

/** Entries out of the flat reply of the script `read`, from item `first` on: five items each. */
export function decodeEntries(items: readonly string[], first: number): StoredEntry[] {
  const entries = new Array<StoredEntry>((items.length - first) / 5);
  for (let at = first, n = 0; at < items.length; at += 5, n++) {
    const mark = items[at + 4] as string;
    const entry = {
      entryId: items[at] as string,
      key: items[at + 1] as string,
      id: items[at + 2] as string,
      data: items[at + 3] as string,
    };
    entries[n] = mark === '' ? entry : { ...entry, ...meaningOf(mark) };
  }
  return entries;
}

function meaningOf(mark: string): Partial<StoredEntry> {
  if (mark === '-') return { fault: 'gone' };
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
