import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AgentReply, type Envelope, Groups } from '@switchboard/message-schema';
import { StreamHandler, type TurnContext } from '@switchboard/redis-transport';
import { ReplySender } from './reply-sender.js';

/** One reply a turn: a batch that failed half-way would send its first replies again. */
const ONE_BY_ONE = { quietMs: 0, maxWaitMs: 0, maxMessages: 1, maxBytes: 1 << 20 };

/** Sends the agents' replies to where the guests are, in order per conversation. */
@Controller()
export class RepliesController {
  constructor(private readonly sender: ReplySender) {}

  @StreamHandler(AgentReply, Groups.outbound, { batch: ONE_BY_ONE })
  async onReply(@Payload() [reply]: [Envelope<AgentReply>], @Ctx() turn: TurnContext): Promise<void> {
    await this.sender.send(reply, turn);
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
