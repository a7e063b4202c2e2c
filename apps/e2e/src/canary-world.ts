import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, serviceNames, type Stack, startRedis, startStack } from '@switchboard/testing';
import { type RecordedAnswer, type RecordingServer, startRecordingServer } from './recording-server.js';

const root = join(import.meta.dirname, '..', '..', '..');

/** Everything secret or personal that the services of this world meet. */
export const canaries = {
  phone: '15557654321',
  guestName: 'Canaria Guestname',
  text: 'CanaryTextOfAGuest',
  answer: 'CanaryAnswerOfTheAgent',
  visitor: 'canary-visitor-77',
  webhookSecret: 'canary-webhook-secret-1',
  standardSecret: `whsec_${Buffer.from('canary-standard-secret-of-32-by').toString('base64')}`,
  verifyToken: 'canary-verify-token-2',
  whatsappToken: 'canary-whatsapp-token-3',
  chatwootToken: 'canary-chatwoot-token-4',
  agentToken: 'canary-agent-token-5',
  staffToken: 'canary-staff-token-6',
  adminToken: 'canary-admin-token-7',
  hashKey: 'canary-hash-key-8',
  redisPassword: 'canary-redis-password-9',
} as const;

const properties = (agent: string, provider: string): string => `
properties:
  - id: demo
    name: Demo
    agent: { kind: http, url: '${agent}', token: { env: C_AGENT }, timeoutMs: 5000 }
    sources:
      - id: demo-chatwoot
        kind: chatwoot
        secrets: [{ env: C_WEBHOOK }]
        api: { baseUrl: '${provider}', token: { env: C_CHATWOOT } }
      - id: demo-whatsapp
        kind: whatsapp
        secrets: [{ env: C_WEBHOOK }]
        verifyToken: { env: C_VERIFY }
        api: { baseUrl: '${provider}', version: v24.0, token: { env: C_WHATSAPP } }
      - id: demo-standard
        kind: standard
        secrets: [{ env: C_STANDARD }]
        api: { baseUrl: '${provider}', signingSecrets: [{ env: C_STANDARD }], network: private }
      - { id: demo-webchat, kind: webchat, allowedOrigins: [] }
`;

/** All services over a Redis with a password, an agent, and a provider whose answers repeat what it was sent. */
export interface CanaryWorld {
  readonly redis: PrivateRedis;
  readonly stack: Stack;
  readonly agent: RecordingServer;
  readonly provider: RecordingServer;
  /** What agent and provider answer from now on. */
  answerWith(agent: (body: unknown) => RecordedAnswer, provider: (body: unknown) => RecordedAnswer): void;
  /** Every line of every process so far, also of those that have ended. */
  lines(): readonly { readonly service: string; readonly line: string }[];
  end(): Promise<void>;
}

export async function openCanaryWorld(): Promise<CanaryWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-canaries-'));
  const answers = {
    agent: (_body: unknown): RecordedAnswer => ({ status: 200, body: { text: canaries.answer } }),
    provider: (_body: unknown): RecordedAnswer => ({ status: 200, body: { id: 1, messages: [{ id: 'taken' }] } }),
  };
  const redis = await startRedis({ appendonly: true, password: canaries.redisPassword });
  const agent = await startRecordingServer(({ body }) => answers.agent(body));
  const provider = await startRecordingServer(({ body }) => answers.provider(body));
  const file = join(folder, 'properties.yaml');
  await writeFile(file, properties(agent.url, provider.url));
  const said: { service: string; line: string }[] = [];
  const stack = await startStack({
    root,
    onLine: (service, line) => said.push({ service, line }),
    env: {
      NODE_ENV: 'production',
      LOG_LEVEL: 'trace',
      LOG_HASH_KEY: canaries.hashKey,
      REDIS_URL: redis.url,
      PROPERTIES_FILE: file,
      DASHBOARD_TOKEN: canaries.staffToken,
      ADMIN_TOKEN: canaries.adminToken,
      BATCH_QUIET_MS: '100',
      LEASE_TTL_MS: '1500',
      MAX_ATTEMPTS: '2',
      C_AGENT: canaries.agentToken,
      C_WEBHOOK: canaries.webhookSecret,
      C_CHATWOOT: canaries.chatwootToken,
      C_VERIFY: canaries.verifyToken,
      C_WHATSAPP: canaries.whatsappToken,
      C_STANDARD: canaries.standardSecret,
    },
  });
  return {
    redis,
    stack,
    agent,
    provider,
    answerWith: (byAgent, byProvider) => Object.assign(answers, { agent: byAgent, provider: byProvider }),
    lines: () => said,
    end: async () => {
      for (const name of serviceNames) await stack.service(name).process.stop(30_000);
      await Promise.all([agent.close(), provider.close()]);
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
