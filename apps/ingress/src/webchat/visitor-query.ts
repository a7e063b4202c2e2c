import { IsString, Matches } from 'class-validator';

/** Query of the event stream. */
export class VisitorQuery {
  @IsString()
  @Matches(/^[A-Za-z0-9_.-]{1,128}$/)
  visitorId!: string;
}
