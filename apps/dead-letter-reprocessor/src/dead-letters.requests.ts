import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';

/** Query of the list; both values come as text. */
export class ListRequest {
  /** Only the dead letters of this stream. */
  @IsOptional()
  @IsString()
  @Length(1, 256)
  stream?: string;

  /** 1 to 500. */
  @IsOptional()
  @Matches(/^([1-9]|[1-9][0-9]|[1-4][0-9][0-9]|500)$/)
  limit?: string;

  /** `next` of the page before. */
  @IsOptional()
  @Matches(/^.{1,256}:[0-9]{1,4}:[0-9]{1,20}-[0-9]{1,20}$/)
  before?: string;
}

export class ReplayRequest {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1_000)
  @IsString({ each: true })
  @Length(1, 512, { each: true })
  ids!: string[];
}

export class EditRequest {
  /** The new payload of the message. */
  @IsObject()
  payload!: object;
}
