import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RetryLater } from '@switchboard/delivery';
import { AgentReply, contractOf, type Envelope, Groups } from '@switchboard/message-schema';
import { StreamHandler, type TurnContext } from '@switchboard/redis-transport';
import { HASH_ID, type HashId, type Logger, SERVICE_LOG, turnSpan } from '@switchboard/service-kit';
import { ReplySender } from './reply-sender.js';

/** One reply a turn: a batch that failed half-way would send its first replies again. */
const ONE_BY_ONE = { quietMs: 0, maxWaitMs: 0, maxMessages: 1, maxBytes: 1 << 20 };

const source = { stream: contractOf(AgentReply).stream, group: Groups.outbound };

/** Sends the agents' replies to where the guests are, in order per conversation. */
@Controller()
export class RepliesController {
  constructor(
    private readonly sender: ReplySender,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  @StreamHandler(AgentReply, Groups.outbound, { batch: ONE_BY_ONE })
  onReply(@Payload() batch: [Envelope<AgentReply>], @Ctx() turn: TurnContext): Promise<void> {
    return turnSpan(source, batch, () => this.send(batch[0], turn));
  }

  private async send(reply: Envelope<AgentReply>, turn: TurnContext): Promise<void> {
    const line = { conversation: this.hashId(reply.conversation_id), channel: reply.payload.replyTo.channel };
    try {
      await this.sender.send(reply, turn);
    } catch (error) {
      // A wait is the ordinary case of a busy sender; metrics count it.
      if (error instanceof RetryLater && error.cause === undefined) this.log.debug(line, 'must wait');
      else this.log.warn({ ...line, attempt: turn.attempt, err: error }, 'not sent');
      throw error;
    }
    this.log.info(line, 'sent');
    turn.tellDashboards({
      kind: 'delivery.sent',
      propertyId: reply.property_id,
      conversationId: reply.conversation_id,
      channel: reply.payload.replyTo.channel,
      messageId: reply.message_id,
      timestamp: new Date().toISOString(),
    });
    turn.audit({
      service: 'outbound-sender',
      action: 'sent',
      messageId: reply.message_id,
      conversationId: reply.conversation_id,
      propertyId: reply.property_id,
      correlationId: reply.correlation_id,
      timestamp: new Date().toISOString(),
    });
  }
}
