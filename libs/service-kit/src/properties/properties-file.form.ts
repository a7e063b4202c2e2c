import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { ChannelsEntry } from './sending.forms.js';

/** Form of the ids of properties and sources: they stand in web addresses and in Redis keys. */
export const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const ID_PROBLEM = 'id must be 1 to 63 small letters, digits and hyphens and begin with no hyphen';

/** One property as the file has it. Agent and sources are checked by the class of their kind. */
export class PropertyEntry {
  @Matches(ID, { message: ID_PROBLEM })
  id!: string;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string;

  @IsOptional()
  @IsObject()
  agent?: object;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  sources!: object[];
}

/** The properties file as a whole. */
export class PropertiesFile {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => PropertyEntry)
  properties!: PropertyEntry[];

  @IsOptional()
  @ValidateNested()
  @Type(() => ChannelsEntry)
  channels?: ChannelsEntry;
}
