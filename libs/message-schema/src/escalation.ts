import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsISO8601, IsString, Length, ValidateNested } from 'class-validator';

/** Who may be asked, lowest first; a message that one level cannot settle goes to the next. */
export const escalationLevels = ['specialist', 'management', 'executive'] as const;
export type EscalationLevel = (typeof escalationLevels)[number];

/** One agent that passed the message on, and why. */
export class EscalationStep {
  /** The level the agent stood on. */
  @IsIn(escalationLevels)
  level!: EscalationLevel;

  @IsString()
  @Length(1, 512)
  agent!: string;

  @IsString()
  @Length(1, 2_000)
  reason!: string;

  /** When it was passed on, RFC 3339. */
  @IsISO8601()
  at!: string;
}

/** How far up a message has come. */
export class Escalation {
  /** The level that has the message now. */
  @IsIn(escalationLevels)
  level!: EscalationLevel;

  /** Every step so far, oldest first. */
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => EscalationStep)
  history!: EscalationStep[];
}
