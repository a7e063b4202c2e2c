import {
  type PrivateRedis,
  type Stack,
  startRedis,
  startStack,
  subscribeEvents,
  waitFor,
  writtenNow,
} from '@switchboard/testing';
import { type FakeProviders, startFakeProviders } from '../dev/fake-providers.js';
import { workspaceRoot } from '../workspace-root.js';
import { type Answer, fixture, post, postAsChatwoot, postAsVisitor, postAsWhatsApp } from './requests.js';

const TIMEOUT_MS = 20_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sayAnswer(what: string, { status, body }: Answer): void {
  say(`  ${what} → ${status} ${body}`);
}

async function webChat(ingress: string): Promise<void> {
  say('\n1. A guest writes three short messages in the web chat');
  const chat = await subscribeEvents(`${ingress}/webchat/demo/stream?visitorId=demo-visitor`);
  for (const [i, text] of ['Hello', 'is breakfast included', 'and when?'].entries()) {
    sayAnswer(`“${text}”`, await postAsVisitor(ingress, 'demo-visitor', `m${i}`, text));
  }
  const lines = () =>
    chat.events.map(({ data }) => JSON.parse(data) as { from: string; text: string; inReplyTo: string[] });
  const reply = await waitFor(() => lines().find(({ from }) => from === 'bot'), {
    timeoutMs: TIMEOUT_MS,
    describe: 'the agent answers in the web chat',
  });
  say(`  one reply to ${reply.inReplyTo.join(', ')}: “${reply.text}”`);
  chat.close();
}

async function signedWebhooks(ingress: string, { chatwoot, whatsapp }: FakeProviders): Promise<void> {
  say('\n2. Chatwoot and WhatsApp call their webhooks');
  const fromChatwoot = await fixture('chatwoot-message-created');
  const fromWhatsApp = writtenNow(await fixture('whatsapp-text'));
  sayAnswer('Chatwoot, wrong signature', await postAsChatwoot(ingress, fromChatwoot, 'wrong-secret'));
  sayAnswer('Chatwoot, signed', await postAsChatwoot(ingress, fromChatwoot));
  sayAnswer('Chatwoot, the same again', await postAsChatwoot(ingress, fromChatwoot));
  sayAnswer('WhatsApp, signed', await postAsWhatsApp(ingress, fromWhatsApp));
  const inChatwoot = await waitFor(() => chatwoot.received[0], {
    timeoutMs: TIMEOUT_MS,
    describe: 'the reply arrives at Chatwoot',
  });
  const inWhatsApp = await waitFor(() => whatsapp.received[0], {
    timeoutMs: TIMEOUT_MS,
    describe: 'the reply arrives at WhatsApp',
  });
  say(`  Chatwoot conversation ${inChatwoot.conversationId} got: “${inChatwoot.content}”`);
  say(`  WhatsApp user got: “${inWhatsApp.body}” (context ${inWhatsApp.contextMessageId ?? 'none'})`);
}

interface Listed {
  readonly items: readonly { readonly deadLetterId: string; readonly reason: string; readonly attempts: number }[];
}

async function deadLetter(stack: Stack, { chatwoot }: FakeProviders): Promise<void> {
  say('\n3. Chatwoot refuses a reply for good; it becomes a dead letter and is replayed');
  const reprocessor = `${stack.url('dead-letter-reprocessor')}/dead-letters`;
  const before = chatwoot.received.length;
  chatwoot.failNext(1, { status: 422 });
  const body = (await fixture('chatwoot-message-created')).replace(/"id": ?\d+/, '"id": 987654');
  sayAnswer('Chatwoot, another message', await postAsChatwoot(stack.url('ingress'), body));
  const letter = await waitFor(async () => ((await (await fetch(reprocessor)).json()) as Listed).items[0], {
    timeoutMs: TIMEOUT_MS,
    describe: 'the dead letter is listed',
  });
  say(`  dead letter ${letter.deadLetterId}: ${letter.reason}`);
  sayAnswer('replay', await post(`${reprocessor}/${encodeURIComponent(letter.deadLetterId)}/replay`, '{}'));
  await waitFor(() => chatwoot.received.length > before, {
    timeoutMs: TIMEOUT_MS,
    describe: 'the replayed reply arrives at Chatwoot',
  });
  say('  Chatwoot took it this time');
}

async function main(): Promise<void> {
  const opened: { redis?: PrivateRedis; providers?: FakeProviders; stack?: Stack } = {};
  try {
    say('Starting Redis, five services and stand-ins for Chatwoot and WhatsApp on free ports …');
    const redis = (opened.redis = await startRedis());
    const providers = (opened.providers = await startFakeProviders());
    const env = { NODE_ENV: 'development', REDIS_URL: redis.url, ...providers.env };
    const stack = (opened.stack = await startStack({ root: workspaceRoot(), env }));
    await webChat(stack.url('ingress'));
    await signedWebhooks(stack.url('ingress'), providers);
    await deadLetter(stack, providers);
    say('\nAll of it happened. Nothing is kept.');
  } finally {
    await opened.stack?.stop();
    await opened.providers?.close();
    await opened.redis?.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo failed: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
