import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { type ChannelKind, channelKinds } from '@switchboard/message-schema';
import { isOrigin } from '../settings/setting-kinds.js';
import { HTTP_ADDRESS, HTTP_ADDRESS_PROBLEM } from './http-address.js';
import { ID, ID_PROBLEM } from './properties-file.form.js';
import { type AnswerRule, answerRules } from './property.js';
import { SecretReference } from './secret-reference.js';
import { SendingEntry } from './sending.forms.js';

/** Secrets kept for one source at once; two are enough for a rotation. */
const MAX_SECRETS = 10;

/** What every source has. */
export class SourceEntry {
  @Matches(ID, { message: ID_PROBLEM })
  id!: string;

  @IsIn(channelKinds)
  kind!: ChannelKind;

  @IsOptional()
  @ValidateNested()
  @Type(() => SendingEntry)
  sending?: SendingEntry;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  requestsPerSecond?: number;
}

class TokenApi {
  @Matches(HTTP_ADDRESS, { message: `baseUrl ${HTTP_ADDRESS_PROBLEM}` })
  baseUrl!: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => SecretReference)
  token!: SecretReference;
}

class GraphApi extends TokenApi {
  @IsOptional()
  @Matches(/^v\d{1,3}\.\d{1,2}$/, { message: 'version must look like v24.0' })
  version?: string;
}

class BackfillEntry {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsInt({ each: true })
  @Min(1, { each: true })
  accounts!: number[];

  @IsDefined()
  @ValidateNested()
  @Type(() => SecretReference)
  token!: SecretReference;
}

class SignedApi {
  @Matches(HTTP_ADDRESS, { message: `baseUrl ${HTTP_ADDRESS_PROBLEM}` })
  baseUrl!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  signingSecrets!: SecretReference[];

  @IsOptional()
  @IsIn(['public', 'private'])
  network?: 'public' | 'private';

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(65_535, { each: true })
  ports?: number[];
}

export class ChatwootEntry extends SourceEntry {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  secrets?: SecretReference[];

  @IsOptional()
  @IsBoolean()
  requireSignature?: boolean;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  urlTokens?: SecretReference[];

  @IsOptional()
  @IsIn(answerRules)
  answerWhen?: AnswerRule;

  @IsOptional()
  @ValidateNested()
  @Type(() => BackfillEntry)
  backfill?: BackfillEntry;

  @IsOptional()
  @ValidateNested()
  @Type(() => TokenApi)
  api?: TokenApi;
}

export class WhatsAppEntry extends SourceEntry {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  secrets!: SecretReference[];

  @IsOptional()
  @ValidateNested()
  @Type(() => SecretReference)
  verifyToken?: SecretReference;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  verifyTokens?: SecretReference[];

  @IsOptional()
  @ValidateNested()
  @Type(() => GraphApi)
  api?: GraphApi;
}

export class StandardEntry extends SourceEntry {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  secrets!: SecretReference[];

  @IsOptional()
  @ValidateNested()
  @Type(() => SignedApi)
  api?: SignedApi;
}

export class WebchatEntry extends SourceEntry {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateBy(
    { name: 'isOrigin', validator: { validate: isOrigin } },
    { each: true, message: 'each value in allowedOrigins must be an origin such as https://hotel.example' },
  )
  allowedOrigins?: string[];
}
