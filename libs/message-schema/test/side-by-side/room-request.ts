import { IsArray, IsInt, IsString, Length } from 'class-validator';
import { Message, registerUpcaster } from '../../src/index.js';
import { RoomRequestV1 } from './room-request-v1.js';

/** The newer form: number and wish are fields of their own. */
@Message({ type: 'room.request', version: 2, stream: 'trial:rooms' })
export class RoomRequest {
  @IsInt()
  room!: number;

  @IsArray()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  wishes!: string[];

  @IsInt()
  guests!: number;
}

registerUpcaster(RoomRequestV1, RoomRequest, ({ request, guests }) => {
  const [room, ...wishes] = request.split(' ');
  return { room: Number(room), wishes, guests };
});
