import { type SettingValues } from './catalogue.js';
import { type SettingScope } from './read-setting.js';
import { type ServerAddress } from './setting-kinds.js';
import { FILE_PROBLEM, readTextFile } from './text-file.js';

/** How to reach Redis: exactly one of `url`, `sentinels` and `clusterNodes` is there. */
export interface RedisAccess {
  readonly url?: string;
  readonly sentinels?: readonly ServerAddress[];
  readonly masterName?: string;
  readonly clusterNodes?: readonly ServerAddress[];
  readonly username?: string;
  readonly password?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  /** PEM texts; present means TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
  readonly keyPrefix: string;
}

export const redisMembers = [
  'REDIS_URL',
  'REDIS_SENTINELS',
  'REDIS_MASTER_NAME',
  'REDIS_CLUSTER_NODES',
  'REDIS_USERNAME',
  'REDIS_PASSWORD',
  'REDIS_SENTINEL_USERNAME',
  'REDIS_SENTINEL_PASSWORD',
  'REDIS_TLS',
  'REDIS_TLS_CA_FILE',
  'REDIS_TLS_CERT_FILE',
  'REDIS_TLS_KEY_FILE',
  'REDIS_TLS_SERVERNAME',
  'KEY_PREFIX',
] as const;

type Values = Pick<SettingValues, (typeof redisMembers)[number]>;
type Name = (typeof redisMembers)[number];

const DEFAULT_URL = 'redis://127.0.0.1:6379';
const ways = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER_NODES'] as const;
const onlyWithSentinels = ['REDIS_MASTER_NAME', 'REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD'] as const;
const onlyWithTls = ['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE', 'REDIS_TLS_SERVERNAME'] as const;

/** One description of the way to Redis from all its settings; what does not go together is a fault. */
export function composeRedis(values: Values, scope: SettingScope): RedisAccess {
  checkWays(values, scope);
  const tls = tlsOf(values, scope);
  return compact({
    url: values.REDIS_SENTINELS || values.REDIS_CLUSTER_NODES ? undefined : (values.REDIS_URL ?? DEFAULT_URL),
    sentinels: values.REDIS_SENTINELS,
    masterName: values.REDIS_MASTER_NAME,
    clusterNodes: values.REDIS_CLUSTER_NODES,
    username: values.REDIS_USERNAME,
    password: values.REDIS_PASSWORD,
    sentinelUsername: values.REDIS_SENTINEL_USERNAME,
    sentinelPassword: values.REDIS_SENTINEL_PASSWORD,
    tls,
    keyPrefix: values.KEY_PREFIX,
  });
}

function checkWays(values: Values, { faults, env }: SettingScope): void {
  const [first, ...others] = ways.filter((name) => values[name] !== undefined);
  if (first && others.length > 0) faults.add(first, `and ${others.join(' and ')} must not be given together`);
  const sentinelsMeant = Boolean(env['REDIS_SENTINELS']);
  if (sentinelsMeant && !values.REDIS_MASTER_NAME)
    faults.add('REDIS_MASTER_NAME', 'must be given with REDIS_SENTINELS');
  if (sentinelsMeant) return;
  for (const name of onlyWithSentinels) {
    if (values[name] !== undefined) faults.add(name, 'has a meaning only with REDIS_SENTINELS');
  }
}

function tlsOf(values: Values, { faults }: SettingScope): RedisAccess['tls'] {
  const wanted = values.REDIS_TLS || Boolean(values.REDIS_URL?.startsWith('rediss:'));
  if (!wanted) {
    for (const name of onlyWithTls) {
      if (values[name] !== undefined) faults.add(name, 'has a meaning only with REDIS_TLS=true');
    }
    return undefined;
  }
  if ((values.REDIS_TLS_CERT_FILE === undefined) !== (values.REDIS_TLS_KEY_FILE === undefined)) {
    faults.add('REDIS_TLS_CERT_FILE', 'and REDIS_TLS_KEY_FILE must be given together');
  }
  const pem = (name: Name & `${string}_FILE`): string | undefined => {
    const path = values[name];
    const content = path === undefined ? undefined : readTextFile(path);
    if (path !== undefined && content === undefined) faults.add(name, FILE_PROBLEM);
    return content;
  };
  return compact({
    ca: pem('REDIS_TLS_CA_FILE'),
    cert: pem('REDIS_TLS_CERT_FILE'),
    key: pem('REDIS_TLS_KEY_FILE'),
    servername: values.REDIS_TLS_SERVERNAME,
  });
}

/** Without the fields that are undefined, since clients tell absent from undefined. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
