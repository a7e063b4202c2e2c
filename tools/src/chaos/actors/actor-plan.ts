import { type RedisSettings } from '@switchboard/redis-transport';

/** What an actor process is told, as JSON in its first argument. */
export interface ActorPlan {
  readonly name: string;
  readonly redis: RedisSettings;
  /** Its own record on disk; survives its death. */
  readonly record: string;
  readonly ackReplicas: 'all' | number;
  readonly seed: number;
  /** Producers: the conversations that are its alone. */
  readonly conversations: readonly string[];
}

export function planOf(argv: readonly string[]): ActorPlan {
  return JSON.parse(argv[2] as string) as ActorPlan;
}
