import { type Redis } from 'ioredis';
import { compareEntryIds } from '@switchboard/delivery';
import { type AuditEntry, type AuditKind, type AuditLine, type AuditQuery, AuditTrail } from '@switchboard/message-bus';
import { type AuditRecord } from '@switchboard/message-schema';
import { fieldOf } from '../streams/entry-decoder.js';
import { type Keys } from '../streams/keys.js';
import { auditEffects, auditStreams, partitionOfLine } from './audit-lines.js';

const DEFAULT_LIMIT = 1_000;
const MOST = 10_000;
/** Entries read by one call. */
const PAGE = 500;

/** The audit trail in the partitioned streams `audit:messages` and `audit:decisions`. */
export class RedisAuditTrail extends AuditTrail {
  constructor(
    private readonly command: Redis,
    private readonly keys: Keys,
    private readonly partitions: number,
  ) {
    super();
  }

  async query(query: AuditQuery): Promise<AuditEntry[]> {
    const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MOST);
    const kinds: AuditKind[] = query.kind ? [query.kind] : ['messages', 'decisions'];
    const places = kinds.flatMap((kind) =>
      Array.from({ length: this.partitions }, (_, partition) => ({ kind, partition })),
    );
    const found = await Promise.all(places.map(({ kind, partition }) => this.find(kind, partition, query, limit)));
    return found
      .flat()
      .sort((a, b) => compareEntryIds(a.entryId, b.entryId))
      .slice(0, limit);
  }

  decided(record: AuditRecord): Promise<void> {
    return this.write([{ kind: 'decisions', record }]);
  }

  /** Writes lines that belong to no script. */
  async write(lines: readonly AuditLine[]): Promise<void> {
    const effects = auditEffects(lines);
    await Promise.all(
      lines.map((line, i) => {
        const { stream, cap, fields } = effects[i] as (typeof effects)[number];
        const key = this.keys.stream(stream, partitionOfLine(line, this.partitions));
        return this.command.xadd(key, 'MAXLEN', '~', cap, '*', ...fields);
      }),
    );
  }

  private async find(kind: AuditKind, partition: number, query: AuditQuery, limit: number): Promise<AuditEntry[]> {
    const key = this.keys.stream(auditStreams[kind], partition);
    const end = query.to ? String(query.to.getTime() - 1) : '+';
    const found: AuditEntry[] = [];
    let start = query.from ? String(query.from.getTime()) : '-';
    while (found.length < limit) {
      const page = await this.command.xrange(key, start, end, 'COUNT', PAGE);
      for (const [entryId, fields] of page) {
        const record = recordOf(fields);
        if (record && fits(record, query)) found.push({ ...record, kind, entryId, partition });
      }
      if (page.length < PAGE) break;
      start = `(${(page[page.length - 1] as [string, string[]])[0]}`;
    }
    return found;
  }
}

function fits(record: AuditRecord, { conversation, agent }: AuditQuery): boolean {
  if (conversation !== undefined && record.conversationId !== conversation) return false;
  return agent === undefined || record.agent === agent;
}

/** Nothing for an entry that is no line of ours. */
function recordOf(fields: readonly string[]): AuditRecord | undefined {
  try {
    const record = JSON.parse(fieldOf(fields, 'd') ?? '') as AuditRecord | null;
    return typeof record?.action === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}
