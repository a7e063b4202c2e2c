import { request as post } from 'node:http';
import { RateGovernor, type RateLimit, RedisConnections } from '../src/index.js';

/**
 * A process that calls a provider as fast as the governor lets it. Arguments: the Redis's URL, the provider's URL, what to
 * send as JSON. Says `ready`, begins on SIGUSR2 and says for each call how often it had to ask, then `done`.
 */
export interface CallPlan {
  readonly name: string;
  readonly calls: number;
  readonly senders: number;
  readonly guests: number;
  readonly limits: Readonly<Record<'app' | 'pair' | 'sender', readonly RateLimit[]>>;
}

const [redisUrl, providerUrl, text] = process.argv.slice(2) as [string, string, string];
const plan = JSON.parse(text) as CallPlan;
const connections = new RedisConnections({ url: redisUrl, keyPrefix: 'test:' }, plan.name);
const governor = new RateGovernor(connections);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function call(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = post(`${providerUrl}${path}`, { method: 'POST' }, (response) => {
      response.resume().on('end', resolve);
    });
    request.on('error', reject).end();
  });
}

async function send(n: number): Promise<void> {
  const sender = `s${n % plan.senders}`;
  const pair = `${sender}:g${n % plan.guests}`;
  const request = {
    account: 'app',
    ticket: `${plan.name}-${n}`,
    longestCallMs: 10_000,
    scopes: {
      app: { name: 'app', limits: plan.limits.app },
      pair: { name: pair, limits: plan.limits.pair },
      sender: { name: sender, limits: plan.limits.sender },
    },
  };
  for (let asked = 1; ; asked += 1) {
    const answer = await governor.take(request);
    if (!answer.admitted) {
      await pause(answer.afterMs);
      continue;
    }
    await call(`/${sender}/${pair}`);
    await governor.settle(answer, { health: 'ok' });
    process.stdout.write(`asked ${asked}\n`);
    return;
  }
}

process.once('SIGUSR2', () => {
  void Promise.all(Array.from({ length: plan.calls }, (_, n) => send(n))).then(async () => {
    await connections.close();
    process.stdout.write('done\n');
  });
});
await connections.open('command').ping();
process.stdout.write('ready\n');
