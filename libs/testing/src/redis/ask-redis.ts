import { connect } from 'node:net';
import { decodeReply, encodeCommand, RedisRefusal, type RedisReply } from './resp.js';

/** Where a Redis or a Sentinel listens. */
export interface RedisAddress {
  host: string;
  port: number;
  password?: string | undefined;
}

/**
 * Asks a server one thing over a connection of its own: no retry, no role check, no state, so that the answer is that of
 * this server now. For tests and tooling, not for traffic.
 *
 * @throws RedisRefusal when the server refuses; Error when it cannot be reached or does not answer within `timeoutMs`.
 */
export function askRedis(
  { host, port, password }: RedisAddress,
  command: readonly (string | number)[],
  timeoutMs = 1_000,
): Promise<RedisReply> {
  const commands = password ? [['AUTH', password], command] : [command];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const settle = (act: () => void): void => {
      clearTimeout(late);
      socket.destroy();
      act();
    };
    const fail = (why: string): void => settle(() => reject(new Error(`Redis at ${host}:${port} ${why}`)));
    const late = setTimeout(() => fail(`did not answer within ${timeoutMs} ms`), timeoutMs);
    let bytes = Buffer.alloc(0);
    let awaited = commands.length;
    socket.on('connect', () => socket.write(commands.map(encodeCommand).join('')));
    const read = (): void => {
      for (let reply = decodeReply(bytes); reply; reply = decodeReply(bytes)) {
        const { value, next } = reply;
        bytes = bytes.subarray(next);
        awaited -= 1;
        if (value instanceof RedisRefusal) return settle(() => reject(value));
        if (awaited === 0) return settle(() => resolve(value));
      }
    };
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        read();
      } catch {
        fail('speaks another protocol');
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => fail(`cannot be reached (${error.code ?? 'unknown'})`));
    socket.on('close', () => fail('closed the connection without an answer'));
  });
}

/** One section of INFO as a map, for example `(await infoOf(address, 'replication')).get('role')`. */
export async function infoOf(address: RedisAddress, section: string): Promise<Map<string, string>> {
  const text = String(await askRedis(address, ['INFO', section]));
  const pairs = text.split('\r\n').filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}
