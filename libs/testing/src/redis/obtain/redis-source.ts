/** Where a Redis comes from: a server that is there already, a program to run, or an image to run. */
export type RedisSource =
  | { kind: 'server'; url: string }
  | {
      kind: 'binary';
      /** Absolute path of redis-server or valkey-server, at least 7.0. */
      file: string;
      /** LD_LIBRARY_PATH that the program needs. */
      libraryPath?: string;
    }
  | { kind: 'container'; image: string };

/** The ways to a Redis, in the order in which they are tried. */
export type RedisWay = 'REDIS_TEST_URL' | 'REDIS_SERVER_BIN' | 'PATH' | 'Docker' | 'Debian packages';

/** What one way came to: a source, or the reason why it leads nowhere here. */
export type Finding = { source: RedisSource } | { absent: string };

/** The Redis that was chosen, the way to it, and what the ways before it lacked. */
export interface ObtainedRedis {
  source: RedisSource;
  way: RedisWay;
  passedOver: { way: RedisWay; reason: string }[];
}

/** No way leads to a Redis; the message says what was tried and what to do. */
export class NoRedisError extends Error {
  override readonly name = 'NoRedisError';
}
