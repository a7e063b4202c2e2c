import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AgentReply, type Envelope, Groups, GuestMessage } from '@switchboard/message-schema';
import { StreamHandler, type TurnContext } from '@switchboard/redis-transport';
import { HASH_ID, type HashId, type Logger, SERVICE_LOG } from '@switchboard/service-kit';
import { AgentDirectory } from './agents/agent-directory.js';
import { type AgentAnswer } from './agents/agent.js';

/** Answers what guests write: one turn per conversation, one answer per batch. */
@Controller()
export class GuestMessagesController {
  constructor(
    private readonly agents: AgentDirectory,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  @StreamHandler(GuestMessage, Groups.agent)
  async onMessages(@Payload() batch: Envelope<GuestMessage>[], @Ctx() turn: TurnContext): Promise<void> {
    const last = batch[batch.length - 1] as Envelope<GuestMessage>;
    const answer = await this.agents.agentOf(last.property_id).answer(batch, turn.signal);
    const reply = turn.emit(AgentReply, {
      from_agent: `agent:${answer.agent}`,
      to_agent: last.from_agent,
      payload: {
        text: answer.text,
        author: 'bot',
        replyTo: last.payload.replyTo,
        inReplyTo: batch.map(({ payload }) => payload.providerMessageId),
      },
    });
    this.tell(turn, reply, batch, answer);
    const conversation = this.hashId(last.conversation_id);
    this.log.info({ conversation, messages: batch.length, agent: answer.agent, attempt: turn.attempt }, 'answered');
  }

  private tell(
    turn: TurnContext,
    reply: Envelope<AgentReply>,
    batch: readonly Envelope<GuestMessage>[],
    answer: AgentAnswer,
  ): void {
    turn.tellDashboards({
      kind: 'agent.reply',
      propertyId: reply.property_id,
      conversationId: reply.conversation_id,
      channel: reply.payload.replyTo.channel,
      messageId: reply.message_id,
      timestamp: reply.timestamp,
      text: reply.payload.text,
      from: reply.payload.author,
      inReplyTo: reply.payload.inReplyTo,
    });
    const record = {
      service: 'agent-consumer',
      conversationId: reply.conversation_id,
      propertyId: reply.property_id,
      correlationId: reply.correlation_id,
      timestamp: reply.timestamp,
      agent: answer.agent,
    };
    for (const { message_id } of batch) turn.audit({ ...record, action: 'answered', messageId: message_id });
    turn.auditDecision({ ...record, action: 'replied', messageId: reply.message_id });
  }
}
