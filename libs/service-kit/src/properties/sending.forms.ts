import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { unknownOutcomePolicies, type UnknownOutcomePolicy } from './sending-rules.js';

const MAX_LIMITS = 5;
const MAX_SENDERS = 1_000;
const DAY_MS = 24 * 3_600_000;

export class CallLimitEntry {
  @IsInt()
  @Min(1)
  @Max(100_000)
  calls!: number;

  @IsInt()
  @Min(10)
  @Max(DAY_MS)
  windowMs!: number;
}

/** A sender with limits of its own. */
export class SenderEntry {
  /** WhatsApp: the phone number's id. Chatwoot: the account's number. */
  @Matches(/^[\w.-]{1,128}$/, { message: 'id must be the id of a sender at the provider' })
  id!: string;

  @IsArray()
  @ArrayMaxSize(MAX_LIMITS)
  @ValidateNested({ each: true })
  @Type(() => CallLimitEntry)
  limits!: CallLimitEntry[];
}

/** `sending`: of a source, or under `channels` of all sources of a kind. What is absent keeps its default. */
export class SendingEntry {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIMITS)
  @ValidateNested({ each: true })
  @Type(() => CallLimitEntry)
  app?: CallLimitEntry[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIMITS)
  @ValidateNested({ each: true })
  @Type(() => CallLimitEntry)
  sender?: CallLimitEntry[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIMITS)
  @ValidateNested({ each: true })
  @Type(() => CallLimitEntry)
  pair?: CallLimitEntry[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_SENDERS)
  @ValidateNested({ each: true })
  @Type(() => SenderEntry)
  senders?: SenderEntry[];

  @IsOptional()
  @IsIn(unknownOutcomePolicies)
  unknownOutcome?: UnknownOutcomePolicy;

  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(DAY_MS)
  settleMs?: number;
}

/** `channels`: rules for all sources of a kind. */
export class ChannelsEntry {
  @IsOptional()
  @ValidateNested()
  @Type(() => SendingEntry)
  whatsapp?: SendingEntry;

  @IsOptional()
  @ValidateNested()
  @Type(() => SendingEntry)
  chatwoot?: SendingEntry;

  @IsOptional()
  @ValidateNested()
  @Type(() => SendingEntry)
  standard?: SendingEntry;
}
