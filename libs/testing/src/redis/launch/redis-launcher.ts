/** How a server program is started: as Redis or as Sentinel. */
export type RedisRole = 'redis' | 'sentinel';

/** A Redis or Sentinel that runs as a process of ours or in a container. */
export interface LaunchedRedis {
  /** Number of the process, on the engine's machine for a container. */
  readonly pid: number;
  readonly hasExited: boolean;
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown>;
  /** Sends a signal that ends it and waits until it has ended. */
  kill(signal: NodeJS.Signals): Promise<unknown>;
  freeze(): Promise<void>;
  thaw(): Promise<void> | void;
  /** The last lines of its log. */
  tail(): string;
}

/** Starts server programs, all of which reach each other and are reached by us at 127.0.0.1. */
export interface RedisLauncher {
  /** Lines of redis.conf that depend on where the server runs: what to listen on and where its folder is. */
  placement(folder: string, role: RedisRole): string[];
  /** Starts a server on `redis.conf` in the folder; does not wait until it is ready. */
  launch(folder: string, role: RedisRole): Promise<LaunchedRedis>;
  /** Whether the number that a server says of itself (INFO, `process_id`) is that of `LaunchedRedis.pid`. */
  readonly sharesProcessIds: boolean;
  /** Ends what the launcher itself keeps; the servers have been ended before. */
  close(): Promise<void>;
}

/** Name of the configuration file in a server's folder. */
export const CONFIG_FILE = 'redis.conf';
