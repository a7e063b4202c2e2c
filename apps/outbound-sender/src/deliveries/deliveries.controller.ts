import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  channelKinds,
  type ChannelKind,
  DeliveryNotice,
  type Envelope,
  Groups,
  type NoticeStep,
  type UpdateKind,
} from '@switchboard/message-schema';
import { type LedgerPage, OutboundLedger, StreamHandler, type TurnContext } from '@switchboard/redis-transport';

const ONE_BY_ONE = { quietMs: 0, maxWaitMs: 0, maxMessages: 1, maxBytes: 1 << 20 };

/** That a reply was sent is told by who sent it. */
const updates: Readonly<Record<Exclude<NoticeStep, 'sent'>, UpdateKind>> = {
  delivered: 'delivery.delivered',
  read: 'delivery.read',
  failed: 'delivery.failed',
};

/**
 * Notes in the ledger how far replies have come, which settles those of unknown outcome, and tells dashboards and audit of
 * each step forward. A notice that comes late, behind one of a later step, changes nothing.
 */
@Controller()
export class DeliveriesController {
  constructor(private readonly ledger: OutboundLedger) {}

  @StreamHandler(DeliveryNotice, Groups.deliveries, { batch: ONE_BY_ONE })
  async onNotice(@Payload() [envelope]: [Envelope<DeliveryNotice>], @Ctx() turn: TurnContext): Promise<void> {
    const { replyId, step, at, providerMessageId, code } = envelope.payload;
    const notice = { step, at, providerMessageId, ...(code === undefined ? {} : { code }) };
    const page = await this.ledger.note(replyId, notice);
    if (page && page.step === step && step !== 'sent') tell(envelope, page, updates[step], turn);
  }
}

function tell(
  { payload, correlation_id }: Envelope<DeliveryNotice>,
  page: LedgerPage,
  kind: UpdateKind,
  turn: TurnContext,
): void {
  const { replyId, step, at, code } = payload;
  const { conversationId, propertyId } = page;
  const detail = code === undefined ? undefined : `the provider could not deliver it: code ${code}`;
  const channel = channelKinds.find((known) => known === page.channel) as ChannelKind;
  const place = { messageId: replyId, conversationId, propertyId, timestamp: at };
  turn.tellDashboards({ kind, channel, ...place, ...(detail ? { reason: detail } : {}) });
  turn.audit({
    service: 'outbound-sender',
    action: step,
    ...place,
    correlationId: page.correlationId || correlation_id,
    ...(detail ? { detail } : {}),
  });
}
