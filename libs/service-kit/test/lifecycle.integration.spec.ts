import { type AddressInfo, connect } from 'node:net';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { waitFor } from '@switchboard/testing';
import { type FastifyInstance } from 'fastify';
import { currentCorrelationId } from '../src/index.js';
import { TrialModule } from './trial.module.js';
import { closeTrials, openTrial, problemIn } from './trial-service.js';

afterEach(closeTrials);

describe('health', () => {
  it('is alive while a needed thing is away, but not ready, and ready again when it is back', async () => {
    let fault: Error | undefined;
    const { url } = await openTrial({
      beforeListening: (_app, { health }) =>
        health.add('redis', () => {
          if (fault) throw fault;
        }),
    });
    const ready = async (): Promise<unknown[]> => {
      const response = await fetch(`${url}/health/ready`);
      return [response.status, await response.json()];
    };
    expect(await ready()).toEqual([200, { status: 'ready', checks: { redis: { status: 'up' } } }]);
    fault = new Error('canary');
    expect(await ready()).toEqual([
      503,
      { status: 'not ready', checks: { redis: { status: 'down', reason: 'failed' } } },
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    fault = undefined;
    expect((await ready())[0]).toBe(200);
  });
});

describe('a service', () => {
  it('may add routes of its own beside Nest, under the same rules', async () => {
    const { url } = await openTrial({
      beforeListening: (app) => {
        const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
        fastify.get('/plain', () => ({ correlationId: currentCorrelationId() }));
        fastify.get('/plain-fails', () => {
          throw new Error('canary');
        });
      },
    });
    const response = await fetch(`${url}/plain`, { headers: { 'x-correlation-id': 'c-9' } });
    expect(await response.json()).toEqual({ correlationId: 'c-9' });
    expect(await problemIn(fetch(`${url}/plain-fails`))).toEqual({
      status: 500,
      body: expect.not.objectContaining({ detail: expect.anything() }),
    });
  });

  it('may do without the correlation id that all of a request knows: handlers and answers still have it', async () => {
    const { url } = await openTrial({
      ambientCorrelation: false,
      beforeListening: (app) => {
        const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
        fastify.get('/plain', ({ id }) => ({ id, ambient: currentCorrelationId() ?? 'none' }));
      },
    });
    const response = await fetch(`${url}/plain`, { headers: { 'x-correlation-id': 'c-9' } });
    expect(response.headers.get('x-correlation-id')).toBe('c-9');
    expect(await response.json()).toEqual({ id: 'c-9', ambient: 'none' });
  });

  it('that stops is not ready first, tells its streams, and closes everything once', async () => {
    const events: string[] = [];
    let readiness = (): Promise<unknown> => Promise.resolve();
    const service = await openTrial({
      beforeListening: (_app, { health, stopping, onStopped }) => {
        readiness = () => health.readiness();
        stopping.addEventListener('abort', () => events.push('told'));
        onStopped(() => void events.push('first added'));
        onStopped(() => void events.push('last added'));
      },
    });
    await Promise.all([service.stop(), service.stop()]);
    expect(events).toEqual(['told', 'last added', 'first added']);
    expect(await readiness()).toMatchObject({ status: 'not ready' });
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  it('that stops does not wait for connections its clients keep open', async () => {
    const service = await openTrial({
      beforeListening: (app, { stopping }) => {
        const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
        fastify.get('/stream', (_request, reply) => {
          reply.hijack();
          reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
          stopping.addEventListener('abort', () => setTimeout(() => reply.raw.end(), 50));
        });
      },
    });
    const stream = await fetch(`${service.url}/stream`);
    let stopped = false;
    const stopping = service.stop().then(() => (stopped = true));
    await stream.text();
    await waitFor(() => stopped, { timeoutMs: 3_000, describe: 'the service has stopped' });
    await stopping;
  });

  it('that cannot start leaves nothing open', async () => {
    const events: string[] = [];
    const failing = openTrial({
      module: ({ onStopped }) => {
        onStopped(() => void events.push('closed'));
        return TrialModule;
      },
      beforeListening: () => {
        throw new Error('no way');
      },
    });
    await expect(failing).rejects.toThrow('no way');
    expect(events).toEqual(['closed']);
  });

  it('is not ready before its microservices have started, though it listens', async () => {
    const observed: number[] = [];
    const status = async (app: NestFastifyApplication, path: string): Promise<number> => {
      const { port } = app.getHttpServer().address() as AddressInfo;
      return (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    };
    const service = await openTrial({
      beforeListening: (app) => {
        const look = async (): Promise<void> => {
          observed.push(await status(app, '/health/live'), await status(app, '/health/ready'));
        };
        const listen = (done: (error?: unknown) => void): void => void look().then(() => done(), done);
        app.connectMicroservice({ strategy: { listen, close: () => undefined, on: () => undefined } as never });
      },
    });
    observed.push(await status(service.app, '/health/ready'));
    expect(observed).toEqual([200, 503, 200]);
  });

  it('does not wait for ever for the headers of a request', async () => {
    const { app } = await openTrial();
    const server = app.getHttpServer();
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    const { port } = server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write('GARBAGE\r\n\r\n');
    const said = await new Promise<string>((resolve) =>
      socket.once('data', (bytes: Buffer) => resolve(bytes.toString())),
    );
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});
