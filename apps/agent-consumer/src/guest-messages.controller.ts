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
import { partsOf } from './replies/parts-of.js';

const source = { stream: contractOf(GuestMessage).stream, group: Groups.agent };

/**
 * Answers what guests write: one turn per conversation, one answer per batch. An answer longer than its channel takes
 * becomes several replies, in one commit and in order; each has an id of its own, by which its sending is tracked.
 */
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
      const replies = this.replies(turn, batch, answer);
      for (const reply of replies) this.tell(turn, reply, answer);
      this.noteAnswered(turn, batch, replies[0] as Envelope<AgentReply>, answer);
      this.log.info({ ...line, replies: replies.length, agent: answer.agent }, 'answered');
    } catch (error) {
      this.log.warn({ ...line, err: error }, 'not answered');
      throw error;
    }
  }

  private replies(turn: TurnContext, batch: Envelope<GuestMessage>[], answer: AgentAnswer): Envelope<AgentReply>[] {
    const last = batch[batch.length - 1] as Envelope<GuestMessage>;
    const { replyTo } = last.payload;
    const answered = batch.map(({ payload }) => payload.providerMessageId);
    return partsOf(answer.text, replyTo.channel).map((text, i) =>
      creatingSpan(contractOf(AgentReply).stream, last.correlation_id, (traceparent) =>
        turn.emit(AgentReply, {
          from_agent: `agent:${answer.agent}`,
          to_agent: last.from_agent,
          ...(traceparent ? { traceparent } : {}),
          // What the first part answers, the others only go on with.
          payload: { text, author: 'bot', replyTo, inReplyTo: i === 0 ? answered : [] },
        }),
      ),
    );
  }

  private tell(turn: TurnContext, reply: Envelope<AgentReply>, { agent }: AgentAnswer): void {
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
    turn.auditDecision({ ...recordOf(reply, agent), action: 'replied', messageId: reply.message_id });
  }

  private noteAnswered(
    turn: TurnContext,
    batch: readonly Envelope<GuestMessage>[],
    first: Envelope<AgentReply>,
    { agent }: AgentAnswer,
  ): void {
    const record = recordOf(first, agent);
    for (const { message_id } of batch) turn.audit({ ...record, action: 'answered', messageId: message_id });
  }
}

function recordOf(reply: Envelope<AgentReply>, agent: string) {
  return {
    service: 'agent-consumer',
    conversationId: reply.conversation_id,
    propertyId: reply.property_id,
    correlationId: reply.correlation_id,
    timestamp: reply.timestamp,
    agent,
  };
}
