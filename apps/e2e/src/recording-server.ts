import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A POST as it came in, its body parsed. */
export interface RecordedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An HTTP server that notes what is posted to it. */
export interface RecordingServer {
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  close(): Promise<void>;
}

/** Starts on a free port of 127.0.0.1. */
export async function startRecordingServer(
  answer: (call: RecordedCall) => RecordedAnswer = () => ({ status: 200, body: {} }),
): Promise<RecordingServer> {
  const calls: RecordedCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
      const call = { path: request.url ?? '', headers: request.headers, body };
      calls.push(call);
      const { status, body: said } = answer(call);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
