import { IsInt, IsString, Length } from 'class-validator';
import { Message } from '../../src/index.js';

/** What both services of the trial read: the older form. */
@Message({ type: 'room.request', version: 1, stream: 'trial:rooms' })
export class RoomRequestV1 {
  /** Number and wish in one text, `12 towels`. */
  @IsString()
  @Length(1, 200)
  request!: string;

  @IsInt()
  guests!: number;
}
