import { Type } from 'class-transformer';
import { Equals, IsInt, IsISO8601, IsObject, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { type DeadLetter as StoredDeadLetter } from '@switchboard/delivery';

/** What a handler threw last. */
export class DeadLetterError {
  @IsString()
  name!: string;

  @IsString()
  message!: string;

  @IsOptional()
  @IsString()
  code?: string;

  @IsOptional()
  @IsString()
  stack?: string;
}

/**
 * What lies in the field `d` of a dead letter stream: the engine's own form, decorated for the contract. Group, key and id
 * are empty for an entry that never was a message.
 */
export class DeadLetter implements StoredDeadLetter {
  @IsString()
  stream!: string;

  @IsString()
  group!: string;

  @IsInt()
  @Min(0)
  partition!: number;

  @IsString()
  entryId!: string;

  @IsString()
  key!: string;

  @IsString()
  id!: string;

  /** The message as it was stored: a JSON text, unless that is what was wrong. */
  @IsString()
  data!: string;

  @IsString()
  reason!: string;

  @IsInt()
  @Min(0)
  attempts!: number;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => DeadLetterError)
  error?: DeadLetterError;

  @IsISO8601()
  failedAt!: string;

  @IsOptional()
  @Equals(true)
  parked?: true;
}
