import { Type } from 'class-transformer';
import { IsBoolean, IsISO8601, IsObject, IsOptional, IsString, Length, ValidateNested } from 'class-validator';
import { Escalation } from './escalation.js';
import { StandardMessage } from './standard-message.js';

/**
 * A message between agents: into an inbox, on a task queue, as an event, as a request or its answer. The application
 * chooses `message_type` and the payload, any JSON object; where a class is declared with `@Message` for the type, the
 * payload must fit it.
 */
export class AgentMessage<P extends object = object> extends StandardMessage<P> {
  /** The property it is about, if it is about one. */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  property_id?: string;

  /** The guest's conversation it is about, if it is about one. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  conversation_id?: string;

  /** Channel on which the sender waits for an answer. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  reply_to?: string;

  /** After this moment, RFC 3339, the message is of no use and is not delivered. */
  @IsOptional()
  @IsISO8601()
  expires_at?: string;

  /** The sender waits for a message that says this one arrived. */
  @IsOptional()
  @IsBoolean()
  ack_required?: boolean;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Escalation)
  escalation?: Escalation;
}
