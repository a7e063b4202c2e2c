import { IsString, Length } from 'class-validator';
import { StandardMessage } from './standard-message.js';

/** Longest text of one message, in characters (Chatwoot's own bound for `content`). */
export const MAX_TEXT_LENGTH = 150_000;

/** The message of a guest's conversation. The payload is one of the classes declared with `@Message`. */
export class Envelope<P extends object = object> extends StandardMessage<P> {
  @IsString()
  @Length(1, 128)
  property_id!: string;

  /** Messages of one conversation are delivered in order and never two turns at once. */
  @IsString()
  @Length(1, 512)
  conversation_id!: string;
}
