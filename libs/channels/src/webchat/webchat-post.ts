import { IsString, Length, Matches } from 'class-validator';

/** Longest text a visitor may send at once, in characters. */
export const MAX_WEBCHAT_TEXT_LENGTH = 4_000;

/**
 * Ids become parts of message ids and key names in which `:` separates and `{}` choose a slot, so none of these may be
 * in them: two visitors could get one message id.
 */
const ID_FORM = /^[A-Za-z0-9_.-]{1,128}$/;

/** What a visitor's browser posts. */
export class WebchatPost {
  /** Made once by the browser and kept. */
  @IsString()
  @Matches(ID_FORM)
  visitorId!: string;

  /** Made for each message and kept over retries: the deduplication key. */
  @IsString()
  @Matches(ID_FORM)
  messageId!: string;

  /** Must hold more than white space. */
  @IsString()
  @Length(1, MAX_WEBCHAT_TEXT_LENGTH)
  @Matches(/\S/)
  text!: string;
}
