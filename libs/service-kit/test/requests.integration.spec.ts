import { Agent, type IncomingMessage, request } from 'node:http';
import { closeTrials, openTrial, problemIn } from './trial-service.js';

const json = { 'content-type': 'application/json' };
afterEach(closeTrials);

/** Sends the body only when the server has seen the headers and asked for it. */
async function echoInTwoParts(url: string, id: string, agent: Agent): Promise<{ correlationId: string }> {
  const headers = { ...json, 'x-correlation-id': id, expect: '100-continue' };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(`${url}/echo`, { method: 'POST', agent, headers }, resolve);
    sent.once('continue', () => setImmediate(() => sent.end('{}')));
    sent.once('error', reject);
  });
  const chunks = (await answer.toArray()) as Buffer[];
  return JSON.parse(Buffer.concat(chunks).toString()) as { correlationId: string };
}

describe('a request', () => {
  it('reaches the handler with its parsed body, its raw bytes and its correlation id', async () => {
    const { url } = await openTrial();
    const body = '{ "a":  1 }';
    const response = await fetch(`${url}/echo`, {
      method: 'POST',
      headers: { ...json, 'x-correlation-id': 'c-1' },
      body,
    });
    expect(response.headers.get('x-correlation-id')).toBe('c-1');
    expect(await response.json()).toEqual({ body: { a: 1 }, raw: body, correlationId: 'c-1' });
  });

  it.each([
    ['none', undefined],
    ['one that could forge a log line', 'a" b'],
    ['a long one', 'x'.repeat(200)],
  ])('gets a correlation id of its own for %s', async (_what, id) => {
    const { url } = await openTrial();
    const response = await fetch(`${url}/health/live`, { headers: id ? { 'x-correlation-id': id } : {} });
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps its correlation id when its body comes later than its headers, among others that do the same', async () => {
    const { url } = await openTrial();
    const agent = new Agent({ keepAlive: true, maxSockets: 5 });
    const ids = Array.from({ length: 20 }, (_, i) => `c-${i}`);
    const answers = await Promise.all(ids.map((id) => echoInTwoParts(url, id, agent)));
    agent.destroy();
    expect(answers.map(({ correlationId }) => correlationId)).toEqual(ids);
  });
});

describe('a bad request', () => {
  it('with a body beyond the limit is answered 413', async () => {
    const { url } = await openTrial();
    const answer = await problemIn(
      fetch(`${url}/echo`, { method: 'POST', headers: json, body: JSON.stringify('x'.repeat(2_000)) }),
    );
    expect(answer).toMatchObject({
      status: 413,
      body: { title: 'Payload Too Large', status: 413, type: 'about:blank' },
    });
  });

  it('with a body that is no JSON is answered 400, and nothing of the body comes back', async () => {
    const { url } = await openTrial();
    const answer = await problemIn(fetch(`${url}/echo`, { method: 'POST', headers: json, body: '{"canary": tru' }));
    expect(answer).toMatchObject({ status: 400, body: { detail: 'The body is not JSON.' } });
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  it('that tries to reach the prototype is answered 400', async () => {
    const { url } = await openTrial();
    const answer = await problemIn(
      fetch(`${url}/echo`, { method: 'POST', headers: json, body: '{"__proto__": {"a": 1}}' }),
    );
    expect(answer.status).toBe(400);
  });

  it('of another content type is answered 415, to an unknown place 404', async () => {
    const { url } = await openTrial();
    expect(
      await problemIn(fetch(`${url}/echo`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' })),
    ).toMatchObject({ status: 415 });
    expect(await problemIn(fetch(`${url}/nowhere`))).toMatchObject({ status: 404 });
  });

  it('that does not fit its class is answered 400 with the field named', async () => {
    const { url } = await openTrial();
    const answer = await problemIn(
      fetch(`${url}/greet`, { method: 'POST', headers: json, body: '{"name": "much too long"}' }),
    );
    expect(answer).toMatchObject({
      status: 400,
      body: { violations: [{ field: 'name', problem: expect.stringContaining('5') }] },
    });
  });
});

describe('an error of the service', () => {
  it('said on purpose is told as it is', async () => {
    const { url } = await openTrial();
    expect(await problemIn(fetch(`${url}/fails/asked`))).toMatchObject({
      status: 400,
      body: { detail: 'not like this' },
    });
  });

  it('that means "later" is answered 503 with Retry-After in whole seconds', async () => {
    const { url } = await openTrial();
    const response = await fetch(`${url}/fails/later`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.text()).not.toContain('canary');
  });

  it('that nobody foresaw is answered 500 and nothing of it is told', async () => {
    const { url } = await openTrial();
    const answer = await problemIn(fetch(`${url}/fails/unforeseen`));
    expect(answer).toEqual({ status: 500, body: { type: 'about:blank', title: 'Internal Server Error', status: 500 } });
  });

  it('in a stream that has begun ends the stream', async () => {
    const { url } = await openTrial();
    const response = await fetch(`${url}/broken-stream`);
    await expect(response.text()).rejects.toThrow();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});
