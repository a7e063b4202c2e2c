/**
 * Who is measured: the bare Redis commands, Switchboard and its peers; Switchboard's engine below Nest (`nest`) and with a
 * handler that reads its messages itself (`by-hand`); requests over Switchboard (`requests`) and over Nest's own Redis
 * transport (`nest-redis`).
 */
export const contestantNames = [
  'bare',
  'switchboard',
  'bullmq',
  'groupmq',
  'nest',
  'by-hand',
  'requests',
  'nest-redis',
] as const;

export type ContestantName = (typeof contestantNames)[number];
