/** Order of two entry ids (`milliseconds-sequence`): negative, zero or positive. */
export function compareEntryIds(a: string, b: string): number {
  const [aMs, aSeq] = parts(a);
  const [bMs, bSeq] = parts(b);
  return aMs - bMs || aSeq - bSeq;
}

/** The server's time in an entry id, in ms since 1970. */
export function entryTimeMs(entryId: string): number {
  return parts(entryId)[0];
}

function parts(entryId: string): [number, number] {
  const dash = entryId.indexOf('-');
  return dash < 0 ? [Number(entryId), 0] : [Number(entryId.slice(0, dash)), Number(entryId.slice(dash + 1))];
}

const LAST_SEQUENCE = '18446744073709551615';

/** The id before which nothing of a moment lies: reading after it begins with the first entry at or after that time. */
export function entryIdBefore(moment: Date): string {
  const ms = moment.getTime();
  return ms > 0 ? `${ms - 1}-${LAST_SEQUENCE}` : '0-0';
}
