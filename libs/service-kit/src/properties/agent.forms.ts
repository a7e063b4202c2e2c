import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { HTTP_ADDRESS, HTTP_ADDRESS_PROBLEM } from './http-address.js';
import { SecretReference } from './secret-reference.js';

export const agentKinds = ['builtin', 'http'] as const;

/** What every agent has. */
export class AgentEntry {
  @IsIn(agentKinds)
  kind!: (typeof agentKinds)[number];
}

export class HttpAgentEntry extends AgentEntry {
  @Matches(HTTP_ADDRESS, { message: `url ${HTTP_ADDRESS_PROBLEM}` })
  url!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => SecretReference)
  token?: SecretReference;

  /** Longest wait for an answer, in milliseconds. */
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(600_000)
  timeoutMs?: number;
}
