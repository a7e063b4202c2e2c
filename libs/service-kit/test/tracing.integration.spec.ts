import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { openService, sendingSpan, traceHeaders, turnSpan } from '../src/index.js';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

@Controller()
class HeadersController {
  @Get('headers')
  headers() {
    return traceHeaders();
  }

  @Get('failing-turn')
  async failingTurn(): Promise<void> {
    const batch = [{ correlation_id: 'c', traceparent: parent }];
    await turnSpan({ stream: 's', group: 'g' }, batch, () => Promise.reject(new RangeError('canary')));
  }
}

@Module({ controllers: [HeadersController] })
class HeadersModule {}

async function open(env: Record<string, string>, onLine: (line: string) => void = () => undefined) {
  return openService(
    { name: 'trial', settings: [], module: () => HeadersModule },
    { NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'debug', ...env },
    { write: onLine },
  );
}

const ask = async (url: string): Promise<Record<string, string>> =>
  (await (await fetch(url, { headers: { traceparent: parent } })).json()) as Record<string, string>;

describe('tracing', () => {
  const collected: { headers: IncomingMessage['headers']; text: string }[] = [];
  let collector: Server;
  let url: string;
  let hangs = false;
  let refuses = false;
  beforeAll(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        collected.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
        if (refuses) response.writeHead(400).end(String(request.headers['x-key']));
        else if (!hangs) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
  });
  beforeEach(() => {
    collected.length = 0;
    hangs = refuses = false;
  });

  it('does nothing by default: no span, no header, no trace id in the lines', async () => {
    const lines: string[] = [];
    const service = await open({}, (line) => lines.push(line));
    expect(await ask(`${service.url}/headers`)).toEqual({});
    expect(await sendingSpan('s', 'c', (traceparent) => Promise.resolve(traceparent))).toBeUndefined();
    await service.stop();
    expect(lines.join('')).toContain('answered');
    expect(lines.join('')).not.toContain('traceId');
    expect(collected).toEqual([]);
  });

  it('continues the trace of a request, names it in the lines, and is sent when the service stops', async () => {
    const lines: string[] = [];
    const service = await open(
      { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=k1', OTEL_SERVICE_NAME: 'renamed' },
      (line) => lines.push(line),
    );
    const { traceparent } = await ask(`${service.url}/headers`);
    expect(traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
    await fetch(`${service.url}/health/live`);
    await service.stop();
    const told = collected.map(({ text }) => text).join('');
    expect(told).toContain('"GET /headers"');
    expect(told).toContain('renamed');
    expect(told).not.toContain('/health');
    expect(collected[0]?.headers['x-key']).toBe('k1');
  });

  it('tells the kind of an error and never its words, and its lines carry the trace', async () => {
    const lines: string[] = [];
    const service = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: url }, (line) => lines.push(line));
    expect((await fetch(`${service.url}/failing-turn`, { headers: { traceparent: parent } })).status).toBe(500);
    await service.stop();
    const told = collected.map(({ text }) => text).join('');
    expect(told).toContain('process s');
    expect(told).toContain('RangeError');
    expect(told).not.toContain('canary');
    expect(lines.find((line) => line.includes('a request failed'))).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('does not hold up the end of a service whose collector does not answer, and repeats no header', async () => {
    hangs = true;
    const lines: string[] = [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=canary' };
    const service = await open(env, (line) => lines.push(line));
    await ask(`${service.url}/headers`);
    const startedAtMs = performance.now();
    await service.stop();
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    expect(lines.join('')).not.toContain('canary');
  });

  it('says once that the collector takes nothing, without its words, and works on', async () => {
    refuses = true;
    const lines: string[] = [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=canary' };
    const service = await open(env, (line) => lines.push(line));
    for (let n = 0; n < 600; n++) await ask(`${service.url}/headers`);
    await service.stop();
    expect(collected.length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.includes('spans cannot be handed'))).toHaveLength(1);
    expect(lines.join('')).not.toContain('canary');
  });
});
