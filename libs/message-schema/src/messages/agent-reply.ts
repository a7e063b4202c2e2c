import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsObject,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MAX_TEXT_LENGTH } from '../envelope.js';
import { Message } from '../message.decorator.js';
import { Streams } from '../streams.js';
import { ReplyAddress } from './reply-address.js';

/** Who speaks on the house's side. */
export const replyAuthors = ['bot', 'human'] as const;
export type ReplyAuthor = (typeof replyAuthors)[number];

/** An answer on its way to the guest. */
@Message({ type: 'agent.reply', version: 1, stream: Streams.outbound })
export class AgentReply {
  @IsString()
  @Length(1, MAX_TEXT_LENGTH)
  text!: string;

  @IsIn(replyAuthors)
  author!: ReplyAuthor;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => ReplyAddress)
  replyTo!: ReplyAddress;

  /** Provider ids of all guest messages this answers, oldest first; none for a later part of an answer in parts. */
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  @MaxLength(512, { each: true })
  inReplyTo!: string[];
}
