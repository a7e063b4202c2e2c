import { IsOptional, IsString, Length, Matches } from 'class-validator';

/** Body of POST /api/session. */
export class SessionRequest {
  /** The staff's token; not needed where the demo is open. */
  @IsOptional()
  @IsString()
  @Length(1, 4_096)
  token?: string;

  /** The property to watch; without it the first one. */
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  propertyId?: string;
}
