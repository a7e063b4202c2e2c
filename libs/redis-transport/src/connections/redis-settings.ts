/** A Redis or Sentinel process. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** How to reach Redis: exactly one of `url`, `sentinels` and `clusterNodes` is given. */
export interface RedisSettings {
  readonly url?: string;
  readonly sentinels?: readonly RedisAddress[];
  readonly masterName?: string;
  readonly clusterNodes?: readonly RedisAddress[];
  readonly username?: string;
  readonly password?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  /** PEM texts; present means TLS, also towards the Sentinels. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  /** Stands before every key, for example `sb:`. */
  readonly keyPrefix: string;
}

/** What a connection is for; each purpose has its own time limits. */
export type Purpose = 'producer' | 'command' | 'blocking' | 'subscriber';
