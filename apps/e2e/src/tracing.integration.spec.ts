import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signStandard, unixSeconds, waitFor } from '@switchboard/testing';
import { type CollectedSpan, collectedSpans } from './collected-spans.js';
import { type RecordingServer, startRecordingServer } from './recording-server.js';
import { fixture, openWorld, post, type World } from './world.js';

const SECRET = `whsec_${Buffer.from('secret-secret-secret-secret').toString('base64')}`;
const timeoutMs = 30_000;

const properties = (agentUrl: string, receiverUrl: string): string => `
properties:
  - id: demo
    name: Demo
    agent: { kind: http, url: '${agentUrl}', timeoutMs: 10000 }
    sources:
      - id: demo-standard
        kind: standard
        secrets: [{ env: TRACED_SECRET }]
        api: { baseUrl: '${receiverUrl}', signingSecrets: [{ env: TRACED_SECRET }], network: private }
      - { id: demo-webchat, kind: webchat, allowedOrigins: [] }
`;

describe('tracing over real processes', () => {
  let world: World;
  let folder: string;
  let collector: RecordingServer;
  let agent: RecordingServer;
  let receiver: RecordingServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-tracing-'));
    collector = await startRecordingServer();
    receiver = await startRecordingServer();
    agent = await startRecordingServer(() => ({ status: 200, body: { text: 'an answer', agent: 'trial' } }));
    const file = join(folder, 'properties.yaml');
    await writeFile(file, properties(agent.url, receiver.url));
    world = await openWorld({
      PROPERTIES_FILE: file,
      TRACED_SECRET: SECRET,
      DEMO_CHATWOOT_URL: '',
      DEMO_WHATSAPP_URL: '',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
  }, 60_000);
  afterAll(async () => {
    await world?.end();
    await Promise.all([collector, agent, receiver].map((server) => server?.close()));
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const say = (visitorId: string, messageId: string, headers: Record<string, string> = {}) =>
    post(
      `${world.stack.url('ingress')}/webchat/demo/messages`,
      JSON.stringify({ visitorId, messageId, text: 'where is my room?' }),
      headers,
    );
  const spans = (): CollectedSpan[] => collectedSpans(collector);
  const traceOf = (correlationId: string | null): CollectedSpan[] => {
    const all = spans();
    const { traceId } =
      all.find(({ attributes }) => attributes['messaging.message.conversation_id'] === correlationId) ?? {};
    return all.filter((span) => span.traceId === traceId);
  };
  /** The whole trace, once its last span has come. */
  const finished = (correlationId: string | null, last: string): Promise<CollectedSpan[]> =>
    waitFor(
      () => {
        const trace = traceOf(correlationId);
        return trace.some(({ name }) => name === last) && trace.some(({ kind }) => kind === 'server')
          ? trace
          : undefined;
      },
      { timeoutMs, describe: `a trace that ends with ${last}` },
    );
  const described = ({ service, name, kind }: CollectedSpan): string => `${service}: ${kind} ${name}`;
  /** From a span up to the root. */
  const wayTo = (trace: readonly CollectedSpan[], name: string): string[] => {
    const way: string[] = [];
    let span = trace.find((candidate) => candidate.name === name);
    for (; span; span = trace.find(({ spanId }) => spanId === span?.parentSpanId)) way.unshift(described(span));
    return way;
  };

  it('makes one trace of a web chat message, in order, over ingress, agent-consumer, the agent and outbound-sender', async () => {
    const { headers, status } = await say('one', 'm1');
    expect(status).toBe(202);
    const trace = await finished(headers.get('x-correlation-id'), 'process msi:outbound');
    expect(wayTo(trace, 'process msi:outbound')).toEqual([
      'ingress: server POST /webchat/:property/messages',
      'ingress: producer send msi:messages',
      'agent-consumer: consumer process msi:messages',
      'agent-consumer: producer create msi:outbound',
      'outbound-sender: consumer process msi:outbound',
    ]);
    expect(wayTo(trace, 'POST').slice(-3)).toEqual([
      'agent-consumer: consumer process msi:messages',
      'agent-consumer: internal agent turn',
      'agent-consumer: client POST',
    ]);
    const asked = trace.find(({ name }) => name === 'POST') as CollectedSpan;
    expect(agent.calls[0]?.headers['traceparent']).toBe(`00-${asked.traceId}-${asked.spanId}-01`);
    expect(trace.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
    expect(trace.some(({ failed }) => failed)).toBe(false);
  });

  it('continues the trace of a webhook up to the call of the provider', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const body = await fixture('standard-message-received');
    const { headers, status } = await post(`${world.stack.url('ingress')}/webhooks/standard/demo-standard`, body, {
      ...signStandard('msg_1', unixSeconds(), body, SECRET),
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    });
    expect(status).toBe(200);
    const trace = await finished(headers.get('x-correlation-id'), 'process msi:outbound');
    expect(trace[0]?.traceId).toBe(traceId);
    const sent = trace.find(({ name }) => name === 'send standard') as CollectedSpan;
    expect(described(sent)).toBe('outbound-sender: client send standard');
    expect(wayTo(trace, 'send standard').at(-2)).toBe('outbound-sender: consumer process msi:outbound');
    expect(receiver.calls[0]?.headers['traceparent']).toBe(`00-${traceId}-${sent.spanId}-01`);
    const webhook = trace.find(({ kind }) => kind === 'server');
    expect(webhook).toMatchObject({
      name: 'POST /webhooks/standard/:source',
      parentSpanId: '00f067aa0ba902b7',
      attributes: { 'http.request.method': 'POST', 'http.response.status_code': 200 },
    });
  });

  it('links the turn of a burst to each of its messages', async () => {
    const answers = await Promise.all(['m1', 'm2', 'm3'].map((id) => say('burst', id)));
    const ids = answers.map(({ headers }) => headers.get('x-correlation-id'));
    const producers = (): CollectedSpan[] =>
      spans().filter(
        ({ kind, name, attributes }) =>
          kind === 'producer' &&
          name === 'send msi:messages' &&
          ids.includes(attributes['messaging.message.conversation_id'] as string),
      );
    const turn = await waitFor(
      () => spans().find(({ name, links }) => name === 'process msi:messages' && links.length === 3),
      { timeoutMs, describe: 'a turn with three links' },
    );
    await waitFor(() => producers().length === 3, { timeoutMs, describe: 'three sends' });
    expect([...turn.links].sort()).toEqual(
      producers()
        .map(({ spanId }) => spanId)
        .sort(),
    );
    expect(turn.attributes).toMatchObject({ 'messaging.batch.message_count': 3 });
  });

  it('says nothing of probes and scrapes, and nothing of what guests are or say', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) await fetch(world.stack.url('ingress') + path);
    const { headers } = await say('quiet-visitor', 'm1');
    await finished(headers.get('x-correlation-id'), 'process msi:outbound');
    expect(spans().filter(({ kind, name }) => kind === 'server' && !name.startsWith('POST '))).toEqual([]);
    const told = JSON.stringify(collector.calls.map(({ body }) => body));
    expect(told).not.toContain('quiet-visitor');
    expect(told).not.toContain('my room');
    expect(told).not.toContain('an answer');
  });
});
