import { IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';

/** A file that came with a message; the bytes stay with the provider. */
export class Attachment {
  /** `image`, `audio`, `video`, `file`, `location`, … as the provider names it. */
  @IsString()
  @Length(1, 64)
  kind!: string;

  /** The provider's id of the file. */
  @IsOptional()
  @IsString()
  @Length(1, 512)
  id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(4_096)
  url?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  mimeType?: string;

  @IsOptional()
  @IsString()
  @MaxLength(1_024)
  fileName?: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  sizeBytes?: number;
}
