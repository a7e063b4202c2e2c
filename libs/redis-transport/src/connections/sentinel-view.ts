import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';

const ANSWER_MS = 500;

/** What the Sentinels say of the master that a client is connected to. */
export interface SentinelView {
  /** A majority of all Sentinels names this very address as the master and sees nothing wrong with it. */
  readonly agreed: boolean;
  /** Replicas that any of them knows of, dead ones included: a Sentinel forgets none. */
  readonly replicas: number;
}

interface Told {
  readonly host: string;
  readonly port: number;
  readonly healthy: boolean;
  readonly replicas: number;
  readonly sentinels: number;
}

/** Asks all Sentinels of a client at once; undefined for a client that has none. One that is dead or frozen is left out. */
export async function sentinelView(client: Redis): Promise<SentinelView | undefined> {
  const { options } = client;
  if (!options.sentinels) return undefined;
  const answers = await Promise.all(options.sentinels.map((at) => ask(options, at.host, at.port)));
  const told = answers.filter((answer) => answer !== undefined);
  const agreeing = await Promise.all(told.map((answer) => isConnectedTo(client, answer)));
  const known = Math.max(options.sentinels.length, ...told.map(({ sentinels }) => sentinels));
  return {
    agreed: agreeing.filter(Boolean).length > known / 2,
    replicas: Math.max(0, ...told.map(({ replicas }) => replicas)),
  };
}

async function ask(options: RedisOptions, host = '127.0.0.1', port = 26_379): Promise<Told | undefined> {
  const sentinel = new Redis({
    host,
    port,
    ...(options.sentinelUsername ? { username: options.sentinelUsername } : {}),
    ...(options.sentinelPassword ? { password: options.sentinelPassword } : {}),
    ...(options.sentinelTLS ? { tls: options.sentinelTLS } : {}),
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    disconnectTimeout: ANSWER_MS,
    enableReadyCheck: false,
    disableClientInfo: true,
    retryStrategy: () => null,
  });
  sentinel.on('error', () => undefined);
  try {
    return parse(await sentinel.info('sentinel'), options.name ?? '');
  } catch {
    return undefined;
  } finally {
    sentinel.disconnect();
  }
}

/** Reads `master0:name=mymaster,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3`. */
function parse(info: string, name: string): Told | undefined {
  for (const [, line] of info.matchAll(/^master\d+:(.*)$/gm)) {
    const fields = new Map((line as string).trim().split(',').map(pairOf));
    const address = fields.get('address') ?? '';
    const colon = address.lastIndexOf(':');
    if (fields.get('name') !== name || colon < 0) continue;
    return {
      host: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
      healthy: fields.get('status') === 'ok',
      replicas: Number(fields.get('slaves')),
      sentinels: Number(fields.get('sentinels')),
    };
  }
  return undefined;
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

async function isConnectedTo(client: Redis, { host, port, healthy }: Told): Promise<boolean> {
  const { stream } = client as unknown as { stream?: { remoteAddress?: string; remotePort?: number } };
  if (!healthy || stream?.remotePort !== port) return false;
  const addresses = isIP(host) ? [host] : await lookup(host, { all: true }).then(textsOf, () => []);
  return addresses.includes(stream.remoteAddress?.replace(/^::ffff:/, '') ?? '');
}

function textsOf(found: readonly { address: string }[]): string[] {
  return found.map(({ address }) => address);
}
