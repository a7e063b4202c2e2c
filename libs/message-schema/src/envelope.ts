import { IsIn, IsInt, IsISO8601, IsObject, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

/** Order in which waiting work is taken. */
export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Longest text of one message, in characters (Chatwoot's own bound for `content`). */
export const MAX_TEXT_LENGTH = 150_000;

/**
 * The standard message of the backbone: who says what to whom, where it belongs and when it was said. Field names are
 * the wire names. The payload is one of the classes declared with `@Message`.
 */
export class Envelope<P extends object = object> {
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

  @IsString()
  @Length(1, 128)
  property_id!: string;

  /** Messages of one conversation are delivered in order and never two turns at once. */
  @IsString()
  @Length(1, 512)
  conversation_id!: string;

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
  sequence?: number;

  /** W3C trace context. */
  @IsOptional()
  @Matches(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
  traceparent?: string;

  @IsObject()
  payload!: P;
}
