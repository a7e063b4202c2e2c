import { IsString, Matches } from 'class-validator';

export class StreamReplayRequest {
  /** A time (RFC 3339), from which on entries are delivered again, or the entry id (`milliseconds-sequence`) before them. */
  @IsString()
  @Matches(
    /^([0-9]{1,15}-[0-9]{1,20}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))$/,
    {
      message: 'must be a time like 2026-01-31T12:00:00Z or an entry id like 1769860800000-0',
    },
  )
  from!: string;
}
