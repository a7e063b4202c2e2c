import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { waitFor } from '@switchboard/testing';
import { outbound, token, useFakeProviders } from '../../test/outbound.js';
import { contextFor, errorOf } from '../../test/replies.js';
import { silentPort } from '../../test/silent-port.js';
import { type ProviderApi } from '../index.js';

useFakeProviders();

describe.each(outbound)('a call to $kind', ({ fake, api, send, reply, idempotent }) => {
  const unknown = idempotent ? 'retry' : 'unknown-outcome';

  it('is to be retried when the provider has trouble, and then succeeds', async () => {
    fake().failNext(2, { status: 503 });
    expect(await errorOf(send(reply, contextFor(api())))).toMatchObject({ kind: 'retry', status: 503 });
    expect(await errorOf(send(reply, contextFor(api())))).toMatchObject({ kind: 'retry', status: 503 });
    await send(reply, contextFor(api()));
    expect(fake().received).toHaveLength(1);
  });

  it('waits as long as the provider asks', async () => {
    fake().failNext(1, { status: 429, retryAfter: 7 });
    expect(await errorOf(send(reply, contextFor(api())))).toMatchObject({ kind: 'retry-after', retryAfterMs: 7_000 });
  });

  it('is of unknown outcome when time runs out after sending, unless the receiver tells repetitions', async () => {
    fake().hangNext(1);
    const error = await errorOf(send(reply, contextFor(api(), { timeoutMs: 200 })));
    expect(error).toMatchObject({ kind: unknown, code: 'TIMEOUT' });
    expect(fake().requests).toBe(1);
  });

  it('is of unknown outcome when the connection breaks after the message was taken', async () => {
    fake().resetAfterAcceptingNext(1);
    const error = await errorOf(send(reply, contextFor(api())));
    expect(error).toMatchObject({ kind: unknown, code: 'CONNECTION_LOST' });
    expect(fake().received).toHaveLength(1);
  });

  it('ends at once when the caller gives up, and nothing is sent when it had given up before', async () => {
    fake().hangNext(1);
    const giveUp = new AbortController();
    const sending = errorOf(send(reply, contextFor(api(), { signal: giveUp.signal, timeoutMs: 60_000 })));
    await waitFor(() => fake().requests === 1, { describe: 'the request at the provider' });
    giveUp.abort();
    expect(await sending).toMatchObject({ kind: unknown, code: 'ABORTED' });
    const late = await errorOf(send(reply, contextFor(api(), { signal: giveUp.signal })));
    expect(late).toMatchObject({ kind: 'retry', code: 'ABORTED' });
    expect(fake().requests).toBe(1);
  });

  it('is safe to retry when nobody listens', async () => {
    const there = api();
    await fake().close();
    expect(await errorOf(send(reply, contextFor(there)))).toMatchObject({ kind: 'retry', code: 'NOT_REACHED' });
  });

  it('is safe to retry when the address swallows connections', async () => {
    const silent = await silentPort();
    try {
      const there = { ...api(), baseUrl: `http://127.0.0.1:${silent.port}` };
      const error = await errorOf(send(reply, contextFor(there, { timeoutMs: 300 })));
      expect(error).toMatchObject({ kind: 'retry', code: 'NOT_REACHED' });
    } finally {
      silent.close();
    }
  });

  it('is safe to retry when the name of the host is unknown', async () => {
    const there = { ...api(), baseUrl: 'http://nowhere.invalid' };
    expect(await errorOf(send(reply, contextFor(there)))).toMatchObject({ kind: 'retry', code: 'NOT_REACHED' });
  });

  it('never goes out with missing or impossible credentials, and the error does not repeat them', async () => {
    const bad = `${token}\nx: y`;
    for (const there of [
      { baseUrl: fake().url },
      { baseUrl: fake().url, token: bad, signingSecrets: [bad] },
      { ...api(), baseUrl: `http://user:${token}@127.0.0.1:1` },
      { ...api(), baseUrl: `nonsense ${token}` },
      { ...api(), baseUrl: `file:///${token}` },
    ]) {
      const error = await errorOf(send(reply, contextFor(there)));
      expect(error).toMatchObject({ kind: 'pause', failure: 'stop' });
      expect(`${error.stack} ${String(error.cause)}`).not.toContain(token);
    }
    expect(fake().requests).toBe(0);
  });

  it('survives a correlation id that no header can hold', async () => {
    await send(reply, contextFor(api(), { correlationId: 'a\nb ü' }));
    expect(fake().received[0]?.correlationId).toBe('a_b__');
  });
});

describe.each(outbound)('an odd server in place of $kind', ({ api, send, reply, idempotent }) => {
  let server: Server | undefined;

  async function serve(listener: RequestListener): Promise<ProviderApi> {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return { ...api(), baseUrl: `http://127.0.0.1:${(started.address() as AddressInfo).port}` };
  }

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('that redirects is not followed', async () => {
    const asked: string[] = [];
    const there = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const error = await errorOf(send(reply, contextFor(there)));
    expect(error).toMatchObject({ kind: 'permanent', status: 307 });
    expect(asked).toHaveLength(1);
  });

  it('that answers without end is cut off', async () => {
    let closed = false;
    const there = await serve((_request, response) => {
      response.writeHead(500);
      response.on('close', () => (closed = true));
      const pour = () => {
        while (!closed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    const error = await errorOf(send(reply, contextFor(there)));
    expect(error).toMatchObject({ kind: 'retry', status: 500 });
    await waitFor(() => closed, { describe: 'the end of the connection' });
  });

  it('that says yes without an id is of unknown outcome where an id is promised', async () => {
    const there = await serve((_request, response) => response.writeHead(200).end('<html>welcome</html>'));
    if (idempotent) await expect(send(reply, contextFor(there))).resolves.toEqual({});
    else expect(await errorOf(send(reply, contextFor(there)))).toMatchObject({ kind: 'unknown-outcome' });
  });

  it('that gives up as a gateway is of unknown outcome, unless the receiver tells repetitions', async () => {
    const there = await serve((_request, response) => response.writeHead(504).end());
    const kind = idempotent ? 'retry' : 'unknown-outcome';
    expect(await errorOf(send(reply, contextFor(there)))).toMatchObject({ kind, status: 504 });
  });
});
