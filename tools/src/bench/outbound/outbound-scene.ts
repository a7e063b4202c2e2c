import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Publisher } from '@switchboard/delivery';
import { AgentReply, encode, envelopeOf, Streams } from '@switchboard/message-schema';
import { RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { LoggedProcess } from '../web/logged-process.js';

/** The services' default. */
export const KEY_PREFIX = 'sb:';
/** Source whose number has the limit that is measured. */
export const SOURCE = 'bench-whatsapp';
/** Source without a limit that could hold, for replies that are not measured. */
export const WARM_UP_SOURCE = 'bench-warm-up';
const NUMBER = '106540352242922';

/** Most calls of the one number in any window. */
export interface NumberLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** A properties file whose sources send to this provider. YAML takes JSON. @returns its path */
export async function writeProperties(folder: string, providerUrl: string, limit: NumberLimit): Promise<string> {
  const [token, secret] = [{ env: 'BENCH_TOKEN' }, { env: 'BENCH_SECRET' }];
  const source = (id: string, sender: NumberLimit): object => ({
    id,
    kind: 'whatsapp',
    secrets: [secret],
    verifyToken: secret,
    api: { baseUrl: providerUrl, token },
    sending: { app: [], sender: [sender], pair: [] },
  });
  const sources = [source(SOURCE, limit), source(WARM_UP_SOURCE, { calls: 100_000, windowMs: 1_000 })];
  const file = join(folder, 'properties.yaml');
  await writeFile(file, JSON.stringify({ properties: [{ id: 'bench', sources }] }));
  return file;
}

/** The built service. */
export function startSender(
  redisPort: number,
  file: string,
  profileFolder: string | undefined,
): Promise<LoggedProcess> {
  return LoggedProcess.start({
    main: 'apps/outbound-sender/dist/main.js',
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      NODE_ENV: 'development',
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      PROPERTIES_FILE: file,
      BENCH_TOKEN: 'dev-token',
      BENCH_SECRET: 'dev-secret',
    },
    profileFolder,
  });
}

/** Replies to as many guests through one source, all at once. */
export async function say(redisPort: number, source: string, replies: number): Promise<void> {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: KEY_PREFIX }, 'bench');
  const publisher = new Publisher(new RedisStreamStore(connections, storeDefaults));
  const requests = Array.from({ length: replies }, (_, n) => {
    const to = String(15_550_000_000 + n);
    const reply = envelopeOf(AgentReply, {
      message_id: `${source}-${n}`,
      from_agent: 'agent:builtin',
      to_agent: `guest:${to}`,
      property_id: 'bench',
      conversation_id: `whatsapp:${source}:${to}`,
      payload: {
        text: `Reply ${n}`,
        author: 'bot',
        replyTo: { channel: 'whatsapp', source, via: NUMBER, to },
        inReplyTo: [`asked-${n}`],
      },
    });
    return { stream: Streams.outbound, key: reply.conversation_id, id: reply.message_id, data: encode(reply) };
  });
  await Promise.all(requests.map((request) => publisher.publish(request)));
  await connections.close();
}
