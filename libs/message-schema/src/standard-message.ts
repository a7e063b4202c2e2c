import { IsIn, IsInt, IsISO8601, IsObject, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

/** Order in which waiting work is taken. */
export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/**
 * The standard message: who says what to whom and when it was said. Field names are the wire names. Guests' messages
 * travel as `Envelope`, messages between agents as `AgentMessage`; both are this, and a little more.
 */
export class StandardMessage<P extends object = object> {
  /** Identifies the message for deduplication; derived from the provider's own id where there is one. */
  @IsString()
  @Length(1, 512)
  message_id!: string;

  @IsString()
  @Length(1, 128)
  message_type!: string;

  @IsInt()
  @Min(1)
  @Max(1_000)
  schema_version!: number;

  /** Sender, for example `guest:v1`, `agent:concierge` or `service:ingress`. */
  @IsString()
  @Length(1, 512)
  from_agent!: string;

  /** Receiver, same form as `from_agent`. */
  @IsString()
  @Length(1, 512)
  to_agent!: string;

  /** Follows one webhook through every stage, in messages and in logs. */
  @IsString()
  @Length(1, 128)
  correlation_id!: string;

  /** The message that led to this one. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  causation_id?: string;

  /** When the message came into being here, RFC 3339 in UTC. */
  @IsISO8601()
  timestamp!: string;

  @IsIn(priorities)
  priority!: Priority;

  /** Position among the messages of one sender, from 1, without gaps. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  sequence?: number;

  /** W3C trace context; what versions after 00 append is let through. */
  @IsOptional()
  @Matches(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]{1,200})?$/)
  traceparent?: string;

  @IsObject()
  payload!: P;
}
