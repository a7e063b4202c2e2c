import { type AddressInfo, createServer, type Server } from 'node:net';
import { benchMessage } from '../load/bench-message.js';
import { WebhookSender } from './webhook-sender.js';

const plan = { warmUp: 0, messages: 9, conversations: 1, send: { kind: 'steady', perSecond: 1 } } as const;
const answer = (status: string, more = ''): string => `HTTP/1.1 ${status}\r\n${more}Content-Length: 2\r\n\r\n{}`;

describe('the sender of webhooks', () => {
  let server: Server;
  let connections = 0;
  /** Pieces of an answer; none cuts the connection. */
  let reply: (text: string) => string[] | undefined;

  beforeAll(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const pieces = reply(chunk.toString()) ?? [];
        if (pieces.length === 0) socket.destroy();
        const next = (): void => {
          const piece = pieces.shift();
          if (piece !== undefined) socket.write(piece, () => setImmediate(next));
        };
        next();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  beforeEach(() => (connections = 0));

  async function statusesOf(count: number, answers: typeof reply): Promise<(number | undefined)[]> {
    reply = answers;
    const requests = Array.from({ length: count }, (_, n) => Buffer.from(String(n)));
    const sender = new WebhookSender((server.address() as AddressInfo).port, requests);
    for (let n = 0; n < count; n++) await sender.send([benchMessage(n, 0, plan)]);
    await sender.close();
    return requests.map((_, n) => sender.statuses.get(n));
  }

  it('keeps every status, and uses a connection again', async () => {
    const answers = ['200 OK', '503 Service Unavailable', '404 Not Found'];
    expect(await statusesOf(3, (text) => [answer(answers[Number(text)] as string)])).toEqual([200, 503, 404]);
    expect(connections).toBe(1);
  });

  it('waits for the whole answer, in whatever pieces it comes', async () => {
    expect(await statusesOf(2, () => answer('202 Accepted').split(''))).toEqual([202, 202]);
  });

  it('has no status of a request whose connection was cut, and goes on with another connection', async () => {
    const cutFirst = (text: string): string[] | undefined => (text === '0' ? undefined : [answer('200 OK')]);
    expect(await statusesOf(2, cutFirst)).toEqual([undefined, 200]);
    expect(connections).toBe(2);
  });

  it('does not use a connection again that the server is about to close', async () => {
    expect(await statusesOf(2, () => [answer('200 OK', 'Connection: close\r\n')])).toEqual([200, 200]);
    expect(connections).toBe(2);
  });
});
