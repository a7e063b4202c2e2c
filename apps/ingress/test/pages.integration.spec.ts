import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenAPIObject } from '@nestjs/swagger';
import { RunningIngress } from './running-ingress.js';

const ALLOWED = 'https://hotel.example';
const properties = `
properties:
  - id: demo
    sources:
      - { id: demo-webchat, kind: webchat, allowedOrigins: ["${ALLOWED}"] }
  - id: closed
    sources:
      - { id: closed-webchat, kind: webchat }
`;

let folder: string;
let ingress: RunningIngress;

// No Redis answers: neither pages nor permissions may depend on it.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingress-'));
  await writeFile(join(folder, 'properties.yaml'), properties);
  ingress = await RunningIngress.start('redis://127.0.0.1:1', { PROPERTIES_FILE: join(folder, 'properties.yaml') });
});

afterAll(async () => {
  await ingress?.stop();
  await rm(folder, { recursive: true });
});

describe('a page of another origin', () => {
  const ask = (origin: string, property = 'demo', path = 'messages') =>
    fetch(`${ingress.url}/webchat/${property}/${path}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  it.each(['messages', 'stream'])('may use the web chat that allows it: %s', async (path) => {
    const answer = await ask(ALLOWED, 'demo', path);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    expect(answer.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it.each([
    'https://hotel.example.evil.example',
    'https://evil-hotel.example',
    'http://hotel.example',
    'https://hotel.example:8443',
    'https://HOTEL.example',
    'https://hotel.example/',
    'null',
    '*',
  ])('may not when it is not exactly an allowed one: %s', async (origin) => {
    const answer = await ask(origin);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const post = await fetch(`${ingress.url}/webchat/demo/messages`, { method: 'POST', headers: { origin } });
    expect(post.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may not use the web chat of a property that allows none, or that does not exist', async () => {
    expect((await ask(ALLOWED, 'closed')).status).toBe(403);
    expect((await ask(ALLOWED, 'nobody')).status).toBe(404);
  });

  it('can read the errors of requests it may make', async () => {
    const headers = { origin: ALLOWED, 'content-type': 'application/json' };
    const answer = await fetch(`${ingress.url}/webchat/demo/messages`, { method: 'POST', headers, body: '{}' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([400, ALLOWED]);
  });

  it('gets no permission for webhooks', async () => {
    const answer = await fetch(`${ingress.url}/webhooks/chatwoot/x`, { method: 'POST', headers: { origin: ALLOWED } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the document of the routes', () => {
  let document: OpenAPIObject;

  beforeAll(async () => {
    const answer = await fetch(`${ingress.url}/docs-json`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    document = (await answer.json()) as OpenAPIObject;
  });

  it('has every route, with its body, answers and errors', () => {
    const own = Object.keys(document.paths).filter((path) => path.startsWith('/web'));
    expect(own.sort()).toEqual([
      '/webchat/{property}/messages',
      '/webchat/{property}/stream',
      '/webhooks/chatwoot/{source}',
      '/webhooks/standard/{source}',
      '/webhooks/whatsapp/{source}',
    ]);
    for (const path of own) {
      const { post, get } = document.paths[path] as { post?: Operation; get?: Operation };
      if (post) expect(Object.keys(post.requestBody.content)).toEqual(['application/json']);
      for (const { responses } of [post, get].filter((operation) => operation !== undefined)) {
        expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
        const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
        expect(errors.length).toBeGreaterThan(0);
        for (const [, { content }] of errors) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it.each([
    ['chatwoot', ['X-Chatwoot-Signature', 'X-Chatwoot-Timestamp']],
    ['whatsapp', ['X-Hub-Signature-256']],
    ['standard', ['webhook-id', 'webhook-signature', 'webhook-timestamp']],
  ])('names the headers with which %s signs', (kind, headers) => {
    const { post } = document.paths[`/webhooks/${kind}/{source}`] as { post: Operation };
    const named = post.parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
    expect(named.sort()).toEqual(headers);
  });

  it('takes the web chat’s bounds from the class that checks it', () => {
    const schema = document.components?.schemas?.['WebchatPost'] as {
      properties: Record<string, object>;
      required: string[];
    };
    expect(schema.properties['text']).toMatchObject({ type: 'string', minLength: 1, maxLength: 4_000 });
    expect(schema.required.sort()).toEqual(['messageId', 'text', 'visitorId']);
  });

  it('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] as string);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(document.components?.schemas).toHaveProperty(reference.replace('#/components/schemas/', ''));
    }
  });
});

it.each(['/docs', '/'])('the page %s and all it loads come from this service alone', async (path) => {
  const page = await fetch(`${ingress.url}${path}`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  const html = await page.text();
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  const files = addresses.filter((address) => !address.startsWith('data:'));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const url = new URL(file, page.url);
    expect(url.origin).toBe(new URL(ingress.url).origin);
    expect([file, (await fetch(url)).status]).toEqual([file, 200]);
  }
});

interface Operation {
  readonly parameters: { readonly name: string; readonly in: string }[];
  readonly requestBody: { readonly content: object };
  readonly responses: Record<string, { readonly content?: object }>;
}
