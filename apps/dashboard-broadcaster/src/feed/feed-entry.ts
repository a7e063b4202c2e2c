import { check, ConversationUpdate } from '@switchboard/message-schema';

/** One entry of a property's feed. */
export interface FeedEntry {
  readonly partition: number;
  readonly id: string;
  /** JSON text of a valid ConversationUpdate of that property. */
  readonly data: string;
}

/** An entry as ioredis returns it: id and flat list of fields. */
export type RawEntry = [id: string, fields: string[]];

/** The entry's JSON text, or undefined when it is no update of this property and must not be shown. */
export function updateTextOf([, fields]: RawEntry, propertyId: string): string | undefined {
  const at = fields.indexOf('d');
  const text = at % 2 === 0 ? fields[at + 1] : undefined;
  if (text === undefined) return undefined;
  try {
    const update = check(ConversationUpdate, JSON.parse(text));
    return update.propertyId === propertyId ? text : undefined;
  } catch {
    return undefined;
  }
}
