import { randomUUID } from 'node:crypto';
import { type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ArchiveUnavailable, ChatwootArchive, type InboundDraft } from '@switchboard/channels';
import { type BackfillMetrics } from '@switchboard/metrics';
import { type ChatwootSource, type Logger } from '@switchboard/service-kit';
import { type Routing } from '../webhooks/routing.js';
import { type BackfillMarks } from './backfill-marks.js';
import { compareAccount } from './compare-account.js';

export interface BackfillOptions {
  /** Time between two comparisons of an account when nothing happens; 0 for none at all. */
  readonly everyMs: number;
  /** How often it is looked whether Redis is there and a comparison is due. */
  readonly lookEveryMs: number;
  /** Longest time for one call of the archive. */
  readonly timeoutMs: number;
}

export const backfillDefaults = { lookEveryMs: 2_000, timeoutMs: 15_000 };

/** Wait after a comparison that did not come to its end, when nobody asks for another. */
const RETRY_MS = 30_000;

/** A comparison whose process died is taken over by another one after this time. */
const CLAIM_MS = 60_000;

/** What the actor works with. */
export interface BackfillParts {
  readonly marks: BackfillMarks;
  readonly routing: Routing;
  readonly metrics: BackfillMetrics;
  readonly log: Logger;
}

/** One account of one source and when it is compared next. */
interface Account {
  readonly source: ChatwootSource;
  readonly account: number;
  dueAtMs: number;
}

/**
 * Fetches from Chatwoot's archive what no webhook brought: Chatwoot tells of a message once and never again. Accounts are
 * compared when the service starts, when Redis comes back, and from time to time, since a webhook may also be lost on its
 * way. What is found takes the way of a webhook, under the same message id.
 */
export class Backfill implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly accounts: readonly Account[];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    sources: readonly ChatwootSource[],
    private readonly parts: BackfillParts,
    private readonly options: BackfillOptions,
  ) {
    this.accounts = sources.flatMap((source) =>
      (source.backfill?.accounts ?? []).map((account) => ({ source, account, dueAtMs: 0 })),
    );
  }

  onApplicationBootstrap(): void {
    if (this.accounts.length === 0 || this.options.everyMs === 0) return;
    this.parts.marks.onReturn(() => this.accounts.forEach((account) => (account.dueAtMs = 0)));
    const look = (): void => {
      this.looking = this.look().finally(() => {
        if (!this.stopping.signal.aborted) this.timer = setTimeout(look, this.options.lookEveryMs).unref();
      });
    };
    look();
  }

  /** Ends what is under way; the next start goes on from the last mark. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    for (const account of this.accounts) {
      if (this.stopping.signal.aborted) return;
      await this.compareIfDue(account).catch((error: unknown) => this.failed(account, error));
    }
  }

  private async compareIfDue(account: Account): Promise<void> {
    const { marks } = this.parts;
    const of = { source: account.source.id, account: account.account };
    if (Date.now() < account.dueAtMs || !(await marks.claim(of, CLAIM_MS))) return;
    try {
      const mark = await marks.read(of);
      const { found, missed, invalid, ...ended } = await compareAccount(this.partsOf(account), mark);
      await marks.write(of, ended.mark);
      account.dueAtMs = Date.now() + this.options.everyMs;
      this.tell(account, { found, missed, invalid });
    } finally {
      await marks.release(of).catch(() => undefined);
    }
  }

  private partsOf({ source, account }: Account) {
    const { marks, routing } = this.parts;
    const archive = new ChatwootArchive({
      baseUrl: source.api?.baseUrl ?? '',
      token: source.backfill?.token ?? '',
      account,
      timeoutMs: this.options.timeoutMs,
      signal: this.stopping.signal,
    });
    const correlationId = `backfill-${randomUUID()}`;
    const take = async (drafts: readonly InboundDraft[]): Promise<number> => {
      const unknown = await marks.unknown(drafts);
      if (unknown.length === 0) return 0;
      return (await routing.take(source, { drafts: unknown, ignored: {} }, correlationId)).accepted;
    };
    return { archive, origin: { propertyId: source.propertyId, source: source.id }, take };
  }

  private tell({ source, account }: Account, found: { found: number; missed: number; invalid: number }): void {
    const { metrics, log } = this.parts;
    metrics.ended('done');
    metrics.found('missed', found.missed);
    metrics.found('known', found.found - found.missed);
    metrics.found('invalid', found.invalid);
    const line = { source: source.id, account, ...found };
    if (found.missed > 0) log.warn(line, 'messages that no webhook had brought were fetched');
    else log.debug(line, 'compared with the archive');
  }

  /** The mark stays, so that the next comparison covers the same time. */
  private failed(account: Account, error: unknown): void {
    if (this.stopping.signal.aborted) return;
    const unavailable = error instanceof ArchiveUnavailable;
    // A full or absent store tells how long to wait, as the archive does.
    const asked = (error as { retryAfterMs?: number }).retryAfterMs;
    account.dueAtMs = Date.now() + (asked ?? Math.min(this.options.everyMs, RETRY_MS));
    this.parts.metrics.ended(unavailable ? 'unavailable' : 'failed');
    this.parts.log.warn({ source: account.source.id, account: account.account, err: error }, 'backfill did not end');
  }
}
