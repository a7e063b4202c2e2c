import { type LookupAddress } from 'node:dns';
import { receiver, secret, useFakeProviders } from '../../../test/outbound.js';
import { contextFor, errorOf, standardReply } from '../../../test/replies.js';
import { channels } from '../../index.js';
import { callGuarded } from './guarded-call.js';
import { guardedLookup } from './guarded-lookup.js';

useFakeProviders();

const send = (baseUrl: string) =>
  errorOf(
    channels.standard.send(standardReply, contextFor({ baseUrl, signingSecrets: [secret] }, { timeoutMs: 2_000 })),
  );

/** Calls a name that resolves to what `answers` says, one answer for each connection. */
function callOf(answers: string[][], path = '') {
  const asked: string[] = [];
  const lookup = guardedLookup((hostname, done) => {
    asked.push(hostname);
    const addresses = (answers.shift() ?? []).map((address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    done(null, addresses);
  });
  const url = new URL(`https://hooks.example:${receiver.port}${path}`);
  const rules = { network: 'public', ports: [receiver.port] } as const;
  const call = () =>
    errorOf(
      callGuarded(
        { url, headers: { 'webhook-id': 'm1' }, body: '{}', rules, lookup },
        contextFor({ baseUrl: '' }, { timeoutMs: 300 }),
      ),
    );
  return { call, asked };
}

describe('a webhook to an address that a customer chose', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f000001/',
    'https://127.1/',
    'https://017700000001/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.100.100.200/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://0.0.0.0/',
  ])('never reaches a network of our own, however its address is written: %s', async (url) => {
    expect(await send(url)).toMatchObject({ code: 'ADDRESS_REFUSED', failure: 'stop' });
  });

  it('never reaches this machine by its name, and the refusal does not tell what it found', async () => {
    const error = await send('https://localhost/');
    expect(error).toMatchObject({ code: 'ADDRESS_REFUSED', failure: 'stop' });
    expect(`${error.stack} ${String(error.cause)}`).not.toMatch(/127\.0\.0\.1|::1/);
  });

  it('goes out only encrypted and only to the ports that are allowed', async () => {
    expect(await send('http://hooks.example/')).toMatchObject({ code: 'HTTPS_REQUIRED', failure: 'stop' });
    for (const port of [22, 80, 6379, 8443]) {
      expect(await send(`https://hooks.example:${port}/`)).toMatchObject({ code: 'PORT_REFUSED', failure: 'stop' });
    }
  });

  it('is judged anew at every connection, so that a name which changes its answer does not get through', async () => {
    const flipping = callOf([['198.51.100.1'], ['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']]);
    for (let i = 0; i < 4; i += 1) expect(await flipping.call()).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(flipping.asked).toHaveLength(4);
    expect(receiver.requests).toBe(0);
  });

  it('is refused when one of several addresses of its host is ours', async () => {
    expect(await callOf([['8.8.8.8', '127.0.0.1']]).call()).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(await callOf([['127.0.0.1', '8.8.8.8']]).call()).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(receiver.requests).toBe(0);
  });

  it('to a host without an address is refused too', async () => {
    expect(await callOf([[]]).call()).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('reaches a network of our own where the source says so', async () => {
    const api = { baseUrl: `${receiver.url}/hook`, signingSecrets: [secret], rules: { network: 'private' } } as const;
    await channels.standard.send(standardReply, contextFor(api));
    expect(receiver.received).toHaveLength(1);
    const elsewhere = { ...api, rules: { network: 'private', ports: [443] } } as const;
    const error = await errorOf(channels.standard.send(standardReply, contextFor(elsewhere)));
    expect(error).toMatchObject({ code: 'PORT_REFUSED' });
  });
});
