import { IsISO8601, IsOptional, IsString, Length, MaxLength } from 'class-validator';

/** One line of the audit trail; never holds a message's text. */
export class AuditRecord {
  /** The service that acted. */
  @IsString()
  @Length(1, 128)
  service!: string;

  /** `received`, `answered`, `sent`, `dead_lettered`, `replayed`, … */
  @IsString()
  @Length(1, 128)
  action!: string;

  @IsString()
  @Length(1, 512)
  messageId!: string;

  @IsString()
  @Length(1, 512)
  conversationId!: string;

  @IsString()
  @Length(1, 128)
  propertyId!: string;

  @IsString()
  @Length(1, 128)
  correlationId!: string;

  @IsISO8601()
  timestamp!: string;

  /** The agent that acted or decided. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  agent?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  detail?: string;
}
