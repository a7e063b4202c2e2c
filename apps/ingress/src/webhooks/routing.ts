import { Injectable } from '@nestjs/common';
import { isTakenOver, type ParsedWebhook } from '@switchboard/channels';
import { WebhookMetrics } from '@switchboard/metrics';
import { type Source } from '@switchboard/service-kit';
import { Intake, type Receipt } from '../intake.js';
import { DeliveryNotices } from '../notices/delivery-notices.js';
import { GuestTimes } from '../notices/guest-times.js';
import { StaffNotices } from '../notices/staff-notices.js';

export type WebhookKind = 'chatwoot' | 'whatsapp' | 'standard';
export type WebhookSource = Extract<Source, { kind: WebhookKind }>;

/** Sends what a webhook brought where it belongs: to the agents, or past them to the staff. */
@Injectable()
export class Routing {
  constructor(
    private readonly intake: Intake,
    private readonly notices: StaffNotices,
    private readonly deliveries: DeliveryNotices,
    private readonly times: GuestTimes,
    private readonly metrics: WebhookMetrics,
  ) {}

  /**
   * What agents may answer goes to them, the rest to the staff alone; the sum is what the provider is told.
   *
   * @throws an error with `retryAfterMs` when not all could be stored; a repetition stores only what is missing.
   */
  async take(source: WebhookSource, parsed: ParsedWebhook, correlationId: string): Promise<Receipt> {
    const rule = source.kind === 'chatwoot' ? source.answerWhen : 'always';
    const forStaff = parsed.drafts.filter((draft) => isTakenOver(draft, rule));
    const forAgents = parsed.drafts.filter((draft) => !isTakenOver(draft, rule));
    if (forStaff.length > 0) this.metrics.ignoredItems(source.kind, { 'taken-over': forStaff.length });
    // First, because it refuses what does not fit before anything is stored.
    const toAgents = await this.intake.take(forAgents, correlationId);
    this.times.note(parsed.drafts);
    const toStaff = await Promise.all([
      ...(forStaff.length > 0 ? [this.notices.takenOver(forStaff, correlationId)] : []),
      ...(parsed.careChanges ? [this.notices.changed(parsed.careChanges, correlationId)] : []),
      ...(parsed.statuses ? [this.deliveries.take(parsed.statuses, source, correlationId)] : []),
    ]);
    const receipts = [toAgents, ...toStaff];
    return {
      accepted: receipts.reduce((sum, { accepted }) => sum + accepted, 0),
      duplicates: receipts.reduce((sum, { duplicates }) => sum + duplicates, 0),
    };
  }
}
