import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type WebchatLine } from '@switchboard/message-schema';

const site = join(import.meta.dirname, '../dist');
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A message as the page posted it. */
export interface Posted {
  readonly visitorId: string;
  readonly messageId: string;
  readonly text: string;
}

/** The built page behind the web chat's two routes, as the page is to find them; faults on demand. */
export class ChatServer {
  /** Every POST, also those that were answered with an error. */
  readonly posted: Posted[] = [];
  /** `Last-Event-ID` of each opening of the stream. */
  readonly resumedFrom: (string | undefined)[] = [];
  private readonly lines: WebchatLine[] = [];
  private readonly streams = new Set<ServerResponse>();
  private failures: number[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers the next POSTs with these statuses. */
  failNext(...statuses: number[]): void {
    this.failures = statuses;
  }

  /** Adds a line and tells it to all open streams. */
  tell(line: WebchatLine): void {
    this.lines.push(line);
    for (const stream of this.streams) this.write(stream, this.lines.length);
  }

  /** Cuts all open streams. */
  cutStreams(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] as string;
    if (path === '/webchat/demo/messages' && request.method === 'POST') return this.take(request, response);
    if (path === '/webchat/demo/stream') return this.stream(request, response);
    const body = await readFile(join(site, path)).catch(() => undefined);
    response.writeHead(body ? 200 : 404, { 'content-type': contentTypes[extname(path)] ?? 'text/plain' }).end(body);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = (await request.toArray()) as Buffer[];
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Posted;
    this.posted.push(message);
    const failure = this.failures.shift();
    if (failure) {
      const problem = { title: 'Error', status: failure, detail: `no, ${failure}` };
      response.writeHead(failure, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    const { text, messageId, visitorId } = message;
    const id = `webchat:demo:${visitorId}:${messageId}`;
    this.tell({ id, from: 'guest', text, timestamp: new Date().toISOString(), inReplyTo: [] });
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    const last = request.headers['last-event-id'] as string | undefined;
    this.resumedFrom.push(last);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 50\n\n');
    for (let n = Number(last ?? 0) + 1; n <= this.lines.length; n++) this.write(response, n);
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  private write(stream: ServerResponse, n: number): void {
    stream.write(`id: ${n}\nevent: message\ndata: ${JSON.stringify(this.lines[n - 1])}\n\n`);
  }
}
