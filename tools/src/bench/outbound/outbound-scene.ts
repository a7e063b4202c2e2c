import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Publisher } from '@switchboard/delivery';
import { AgentReply, encode, envelopeOf, Streams } from '@switchboard/message-schema';
import { RedisConnections, RedisStreamStore, storeDefaults } from '@switchboard/redis-transport';
import { LoggedProcess } from '../web/logged-process.js';

/** The services' default. */
export const KEY_PREFIX = 'sb:';
/** Source through which all replies are sent. */
export const SOURCE = 'bench-whatsapp';
const NUMBER = '106540352242922';

/** Most calls of the one number in any window. */
export interface NumberLimit {
  readonly calls: number;
  readonly windowMs: number;
}

function replyId(n: number): string {
  return `reply-${n}`;
}

/** A properties file whose one source sends to this provider. YAML takes JSON. @returns its path */
export async function writeProperties(folder: string, providerUrl: string, limit: NumberLimit): Promise<string> {
  const [token, secret] = [{ env: 'BENCH_TOKEN' }, { env: 'BENCH_SECRET' }];
  const source = {
    id: SOURCE,
    kind: 'whatsapp',
    secrets: [secret],
    verifyToken: secret,
    api: { baseUrl: providerUrl, token },
    sending: { app: [], sender: [limit], pair: [] },
  };
  const file = join(folder, 'properties.yaml');
  await writeFile(file, JSON.stringify({ properties: [{ id: 'bench', sources: [source] }] }));
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

/** Replies to as many guests, all at once. */
export async function say(redisPort: number, replies: number): Promise<void> {
  const connections = new RedisConnections({ url: `redis://127.0.0.1:${redisPort}`, keyPrefix: KEY_PREFIX }, 'bench');
  const publisher = new Publisher(new RedisStreamStore(connections, storeDefaults));
  const requests = Array.from({ length: replies }, (_, n) => {
    const to = String(15_550_000_000 + n);
    const reply = envelopeOf(AgentReply, {
      message_id: replyId(n),
      from_agent: 'agent:builtin',
      to_agent: `guest:${to}`,
      property_id: 'bench',
      conversation_id: `whatsapp:${SOURCE}:${to}`,
      payload: {
        text: `Reply ${n}`,
        author: 'bot',
        replyTo: { channel: 'whatsapp', source: SOURCE, via: NUMBER, to },
        inReplyTo: [`asked-${n}`],
      },
    });
    return { stream: Streams.outbound, key: reply.conversation_id, id: reply.message_id, data: encode(reply) };
  });
  await Promise.all(requests.map((request) => publisher.publish(request)));
  await connections.close();
}
