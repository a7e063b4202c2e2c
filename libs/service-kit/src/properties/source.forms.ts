import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  Matches,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { type ChannelKind, channelKinds } from '@switchboard/message-schema';
import { isOrigin } from '../settings/setting-kinds.js';
import { HTTP_ADDRESS, HTTP_ADDRESS_PROBLEM } from './http-address.js';
import { ID, ID_PROBLEM } from './properties-file.form.js';
import { SecretReference } from './secret-reference.js';

/** Secrets kept for one source at once; two are enough for a rotation. */
const MAX_SECRETS = 10;

/** What every source has. */
export class SourceEntry {
  @Matches(ID, { message: ID_PROBLEM })
  id!: string;

  @IsIn(channelKinds)
  kind!: ChannelKind;
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

class SignedApi {
  @Matches(HTTP_ADDRESS, { message: `baseUrl ${HTTP_ADDRESS_PROBLEM}` })
  baseUrl!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SecretReference)
  signingSecrets!: SecretReference[];
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

  @IsDefined()
  @ValidateNested()
  @Type(() => SecretReference)
  verifyToken!: SecretReference;

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
