/**
 * Who is measured: the bare Redis commands, Switchboard and its peers; Switchboard's engine below Nest (`nest`) and with a
 * handler that reads its messages itself (`by-hand`); requests over Switchboard (`requests`) and over Nest's own Redis
 * transport (`nest-redis`); broadcasts over topics, bare Pub/Sub and Nest's own Redis transport; direct messages over the work
 * queue and a bare list; and agents that write to each other over the message bus.
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
  'broadcast',
  'bare-broadcast',
  'nest-broadcast',
  'direct',
  'bare-direct',
  'agents',
] as const;

export type ContestantName = (typeof contestantNames)[number];
