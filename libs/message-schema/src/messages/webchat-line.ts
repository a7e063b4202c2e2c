import { ArrayMaxSize, IsArray, IsIn, IsISO8601, IsString, Length, MaxLength } from 'class-validator';
import { MAX_TEXT_LENGTH } from '../envelope.js';

/** One line of a web chat as its visitor sees it; the `data` of a Server-Sent Event. */
export class WebchatLine {
  @IsString()
  @Length(1, 512)
  id!: string;

  @IsIn(['guest', 'bot', 'human'])
  from!: 'guest' | 'bot' | 'human';

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  text!: string;

  @IsISO8601()
  timestamp!: string;

  /** The visitor's own message ids that this line answers. */
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  inReplyTo!: string[];
}
