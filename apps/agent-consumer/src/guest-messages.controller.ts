import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { AgentReply, contractOf, type Envelope, Groups, GuestMessage } from '@switchboard/message-schema';
import { StreamHandler, type TurnContext } from '@switchboard/redis-transport';
import {
  creatingSpan,
  HASH_ID,
  type HashId,
  type Logger,
  SERVICE_LOG,
  stepSpan,
  turnSpan,
} from '@switchboard/service-kit';
import { AgentDirectory } from './agents/agent-directory.js';
import { type AgentAnswer } from './agents/agent.js';

const source = { stream: contractOf(GuestMessage).stream, group: Groups.agent };

/** Answers what guests write: one turn per conversation, one answer per batch. */
@Controller()
export class GuestMessagesController {
  constructor(
    private readonly agents: AgentDirectory,
    @Inject(SERVICE_LOG) private readonly log: Logger,
    @Inject(HASH_ID) private readonly hashId: HashId,
  ) {}

  @StreamHandler(GuestMessage, Groups.agent)
  onMessages(@Payload() batch: Envelope<GuestMessage>[], @Ctx() turn: TurnContext): Promise<void> {
    return turnSpan(source, batch, () => this.take(batch, turn));
  }

  private async take(batch: Envelope<GuestMessage>[], turn: TurnContext): Promise<void> {
    const last = batch[batch.length - 1] as Envelope<GuestMessage>;
    const line = {
      conversation: this.hashId(last.conversation_id),
      messages: batch.length,
      attempt: turn.attempt,
    };
    try {
      const answer = await stepSpan({ name: 'agent turn' }, () =>
        this.agents.agentOf(last.property_id).answer(batch, turn.signal),
      );
      this.tell(turn, this.reply(turn, batch, answer), batch, answer);
      this.log.info({ ...line, agent: answer.agent }, 'answered');
    } catch (error) {
      this.log.warn({ ...line, err: error }, 'not answered');
      throw error;
    }
  }

  private reply(turn: TurnContext, batch: Envelope<GuestMessage>[], answer: AgentAnswer): Envelope<AgentReply> {
    const last = batch[batch.length - 1] as Envelope<GuestMessage>;
    return creatingSpan(contractOf(AgentReply).stream, last.correlation_id, (traceparent) =>
      turn.emit(AgentReply, {
        from_agent: `agent:${answer.agent}`,
        to_agent: last.from_agent,
        ...(traceparent ? { traceparent } : {}),
        payload: {
          text: answer.text,
          author: 'bot',
          replyTo: last.payload.replyTo,
          inReplyTo: batch.map(({ payload }) => payload.providerMessageId),
        },
      }),
    );
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
