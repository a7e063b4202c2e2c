import { type RedisAddress, type RunningProcess } from '@switchboard/testing';
import { type RedisSettings } from '@switchboard/redis-transport';
import { type Random } from '../random.js';

/** Everything that takes part and can be harmed. */
export interface Victims {
  readonly producers: Actor[];
  readonly consumers: Actor[];
}

/** A producer or consumer process that is started again when it was killed. */
export interface Actor {
  readonly name: string;
  readonly process: RunningProcess;
  /** Kills it and starts it again. */
  replace(): Promise<void>;
}

/** One kind of harm; resolves when it is over and mended. */
export interface Fault {
  readonly name: string;
  inflict(victims: Victims, random: Random): Promise<void>;
}

/** A Redis of some shape, and what can go wrong with it. */
export interface Topology {
  readonly redis: RedisSettings;
  readonly ackReplicas: 'all' | number;
  readonly faults: readonly Fault[];
  /** Where the data is now. */
  master(): Promise<RedisAddress>;
  /** Waits until everything is in order again. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}
