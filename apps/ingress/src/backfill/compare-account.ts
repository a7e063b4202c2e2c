import { type ArchivedConversation, channels, type ChatwootArchive, type InboundDraft } from '@switchboard/channels';
import { InvalidMessageError } from '@switchboard/message-schema';
import { type BackfillMark } from './backfill-marks.js';

/** Clocks differ, and Chatwoot tells whole seconds. */
const OVERLAP_MS = 120_000;
/** Chatwoot numbers a message before it shows it: a lower number may come to light a little later. */
const OVERLAP_IDS = 100;
/** A list that goes on for ever is not read for ever. */
const MOST_PAGES = 2_000;
/** While conversations are read, others move up in the list; it is read again until nothing is new. */
const MOST_PASSES = 5;
/** Messages handed on at once. */
const BATCH = 50;

/** What one comparison found. */
export interface Comparison {
  readonly found: number;
  readonly missed: number;
  /** Messages that no webhook could have brought either. */
  readonly invalid: number;
  /** Where the next comparison begins. */
  readonly mark: BackfillMark;
}

export interface ComparisonParts {
  readonly archive: ChatwootArchive;
  readonly origin: { readonly propertyId: string; readonly source: string };
  /** Takes drafts of one conversation, oldest first, and says how many of them had been missed. */
  readonly take: (drafts: readonly InboundDraft[]) => Promise<number>;
}

/**
 * Compares what is stored of an account with what its archive holds since the mark. Without a mark nothing is fetched:
 * what was said before Switchboard came is not its business.
 */
export async function compareAccount(parts: ComparisonParts, mark: BackfillMark | undefined): Promise<Comparison> {
  const startedAtMs = Date.now();
  const firstPage = await parts.archive.conversations(1);
  const newest = Math.max(0, ...firstPage.map(({ lastMessageId }) => lastMessageId));
  const messageId = Math.max(newest, mark?.messageId ?? 0, 1);
  const next = { messageId, firstId: mark?.firstId ?? messageId, atMs: startedAtMs };
  if (!mark) return { found: 0, missed: 0, invalid: 0, mark: next };

  const sinceId = Math.max(mark.firstId, mark.messageId - OVERLAP_IDS);
  const tally = { found: 0, missed: 0, invalid: 0 };
  for await (const conversation of active(parts.archive, sinceId, mark.atMs - OVERLAP_MS)) {
    await compareConversation(parts, conversation, sinceId, tally);
  }
  return { ...tally, mark: next };
}

/** Every conversation in which something was said since, once. */
async function* active(
  archive: ChatwootArchive,
  sinceId: number,
  sinceMs: number,
): AsyncGenerator<ArchivedConversation> {
  const read = new Map<number, number>();
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    let news = false;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const conversations = await archive.conversations(page);
      for (const conversation of conversations) {
        const { id, lastMessageId, lastActivityMs } = conversation;
        if (lastActivityMs < sinceMs || lastMessageId <= sinceId || read.has(id)) continue;
        read.set(id, lastMessageId);
        news = true;
        yield conversation;
      }
      if (conversations.length === 0 || conversations.every(({ lastActivityMs }) => lastActivityMs < sinceMs)) break;
    }
    if (!news) return;
  }
}

async function compareConversation(
  { archive, origin, take }: ComparisonParts,
  conversation: ArchivedConversation,
  sinceId: number,
  tally: { found: number; missed: number; invalid: number },
): Promise<void> {
  let batch: InboundDraft[] = [];
  const handOn = async (): Promise<void> => {
    tally.found += batch.length;
    tally.missed += await take(batch);
    batch = [];
  };
  for await (const message of archive.messages(conversation, sinceId)) {
    try {
      batch.push(...channels.chatwoot.parse(message, { ...origin, receivedAt: new Date() }).drafts);
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      tally.invalid += 1;
    }
    if (batch.length >= BATCH) await handOn();
  }
  if (batch.length > 0) await handOn();
}
