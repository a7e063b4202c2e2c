import { signChatwoot, signStandard, signWhatsApp, type SignedHeaders } from '@switchboard/testing';
import fc from 'fast-check';
import { generateKeyPairSync, sign } from 'node:crypto';
import { fixtureBytes } from '../../test/fixture.js';
import { channels, type Verdict, type Verify } from '../index.js';

const nowMs = 1_759_831_384_000;
const now = nowMs / 1_000;
const standardSecret = `whsec_${Buffer.from('dev-secret-dev-secret-dev-secret').toString('base64')}`;
const otherStandardSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

interface Signed {
  readonly channel: string;
  readonly verify: Verify;
  readonly secret: string;
  readonly otherSecret: string;
  readonly header: string;
  readonly sign: (body: Buffer, secret: string, timestamp?: number) => SignedHeaders;
}

const hex = { secret: 'dev-secret', otherSecret: 'old-secret' };
const signed: Signed[] = [
  {
    channel: 'chatwoot',
    verify: channels.chatwoot.verify,
    ...hex,
    header: 'x-chatwoot-signature',
    sign: (body, secret, timestamp = now) => signChatwoot(body, secret, timestamp),
  },
  {
    channel: 'whatsapp',
    verify: channels.whatsapp.verify,
    ...hex,
    header: 'x-hub-signature-256',
    sign: (body, secret) => signWhatsApp(body, secret),
  },
  {
    channel: 'standard',
    verify: channels.standard.verify,
    secret: standardSecret,
    otherSecret: otherStandardSecret,
    header: 'webhook-signature',
    sign: (body, secret, timestamp = now) => signStandard('msg_1', timestamp, body, secret),
  },
];
const timed = signed.filter(({ channel }) => channel !== 'whatsapp');

function judge(one: Signed, body: Buffer, headers: SignedHeaders, secrets = [one.secret]): Verdict {
  return one.verify({ rawBody: body, headers, nowMs }, { secrets });
}

function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at % copy.length] = (copy[at % copy.length] as number) ^ mask;
  return copy;
}

describe.each(signed)('a signature of $channel', (one) => {
  const body = fixtureBytes('chatwoot-message-created');

  it('is accepted for any bytes, also NUL, broken UTF-8 and none at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const raw = Buffer.from(bytes);
        expect(judge(one, raw, one.sign(raw, one.secret)).ok).toBe(true);
      }),
    );
  });

  it('is accepted for text of every script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const raw = Buffer.from(JSON.stringify({ text }));
        expect(judge(one, raw, one.sign(raw, one.secret)).ok).toBe(true);
      }),
    );
  });

  it('fails when any byte of the body is another', () => {
    const headers = one.sign(body, one.secret);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        expect(judge(one, flipped(body, at, mask), headers)).toEqual({ ok: false, reason: 'signature-mismatch' });
      }),
    );
  });

  it('fails when any byte of the signature is another', () => {
    const headers = one.sign(body, one.secret);
    const good = Buffer.from(headers[one.header] as string, 'latin1');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bad = { ...headers, [one.header]: flipped(good, at, mask).toString('latin1') };
        expect(judge(one, body, bad).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('fails when it is shorter, longer or missing', () => {
    const headers = one.sign(body, one.secret);
    const good = headers[one.header] as string;
    for (const bad of [good.slice(0, -1), `${good}0`, good.slice(1), 'sha256=', 'v1,', '=']) {
      expect(judge(one, body, { ...headers, [one.header]: bad }).ok).toBe(false);
    }
    expect(judge(one, body, { ...headers, [one.header]: '' })).toEqual({ ok: false, reason: 'signature-missing' });
  });

  it('fails when a byte is missing from the body or added to it', () => {
    const headers = one.sign(body, one.secret);
    expect(judge(one, body.subarray(0, -1), headers).ok).toBe(false);
    expect(judge(one, Buffer.concat([body, Buffer.from('\n')]), headers).ok).toBe(false);
  });

  it('is accepted with the old and with the new secret while it is being rotated', () => {
    const secrets = [one.secret, one.otherSecret];
    expect(judge(one, body, one.sign(body, one.secret), secrets).ok).toBe(true);
    expect(judge(one, body, one.sign(body, one.otherSecret), secrets).ok).toBe(true);
    expect(judge(one, body, one.sign(body, one.otherSecret)).ok).toBe(false);
  });

  it('fails without a secret, and an empty secret is none', () => {
    for (const secrets of [[], ['']]) {
      const headers = one.sign(body, secrets[0] ?? one.secret);
      expect(judge(one, body, headers, secrets)).toEqual({ ok: false, reason: 'no-secret-configured' });
    }
  });

  it('never shows a secret or the signature in its verdict', () => {
    const verdict = JSON.stringify(judge(one, body, one.sign(body, one.otherSecret)));
    expect(verdict).not.toContain(one.secret);
    expect(verdict).not.toMatch(/[0-9a-f]{16}/);
  });
});

describe.each(timed)('a timestamp of $channel', (one) => {
  const body = Buffer.from('{}');

  it.each([
    ['300 s old', -300, true],
    ['301 s old', -301, false],
    ['300 s ahead', 300, true],
    ['301 s ahead', 301, false],
  ])('that is %s decides about the request', (_name, offset, ok) => {
    const verdict = judge(one, body, one.sign(body, one.secret, now + offset));
    expect(verdict.ok).toBe(ok);
    if (!ok) expect(verdict).toMatchObject({ reason: 'timestamp-outside-tolerance' });
  });

  it('is part of what is signed', () => {
    const header = one.channel === 'chatwoot' ? 'x-chatwoot-timestamp' : 'webhook-timestamp';
    const headers = { ...one.sign(body, one.secret), [header]: String(now + 1) };
    expect(judge(one, body, headers)).toEqual({ ok: false, reason: 'signature-mismatch' });
  });

  it.each(['', 'now', '-1', '1e9', '1759831384.5', ' 1759831384', '9'.repeat(40)])(
    'of the form %j is refused',
    (bad) => {
      const header = one.channel === 'chatwoot' ? 'x-chatwoot-timestamp' : 'webhook-timestamp';
      expect(judge(one, body, { ...one.sign(body, one.secret), [header]: bad }).ok).toBe(false);
    },
  );
});

describe('Chatwoot without signatures', () => {
  const body = Buffer.from('{}');
  const verify = (headers: SignedHeaders, secrets: string[]) =>
    channels.chatwoot.verify({ rawBody: body, headers, nowMs }, { secrets, requireSignature: false });

  it('is accepted only where the source says so', () => {
    expect(verify({}, [])).toEqual({ ok: true, deliveryId: undefined });
    expect(verify({}, ['dev-secret']).ok).toBe(true);
    expect(judge(signed[0] as Signed, body, {})).toEqual({ ok: false, reason: 'signature-missing' });
  });

  it('does not let a wrong signature pass when a secret is known', () => {
    expect(verify(signChatwoot(body, 'wrong', now), ['dev-secret']).ok).toBe(false);
  });
});

describe('Standard Webhooks signed with a key pair', () => {
  const body = fixtureBytes('standard-message-received');
  const pair = () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
    return { whpk, privateKey };
  };
  const [one, other] = [pair(), pair()];
  const signatureBy = ({ privateKey }: typeof one, content = `msg_1.${now}.${body.toString()}`) =>
    `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`;
  const verify = (signature: string, secrets: string[], change: Record<string, string> = {}, rawBody = body) => {
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now),
      'webhook-signature': signature,
      ...change,
    };
    return channels.standard.verify({ rawBody, headers, nowMs }, { secrets });
  };
  const mismatch = { ok: false, reason: 'signature-mismatch' };

  it('are accepted with the public key, also beside others and while keys or schemes are changed', () => {
    expect(verify(signatureBy(one), [one.whpk])).toEqual({ ok: true, deliveryId: 'msg_1' });
    expect(verify(signatureBy(one), [other.whpk, one.whpk]).ok).toBe(true);
    expect(verify(`${signatureBy(other)} ${signatureBy(one)}`, [one.whpk]).ok).toBe(true);
    const both = `${signatureBy(one)} ${signStandard('msg_1', now, body, standardSecret)['webhook-signature']}`;
    expect(verify(both, [standardSecret]).ok).toBe(true);
    expect(verify(both, [one.whpk]).ok).toBe(true);
  });

  it('are refused with another key, or when id, time or any byte is another', () => {
    expect(verify(signatureBy(one), [other.whpk])).toEqual(mismatch);
    expect(verify(signatureBy(one), [one.whpk], { 'webhook-id': 'msg_2' })).toEqual(mismatch);
    expect(verify(signatureBy(one), [one.whpk], { 'webhook-timestamp': String(now + 1) })).toEqual(mismatch);
    const bytes = Buffer.from(signatureBy(one).slice(4), 'base64');
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.nat(63), fc.integer({ min: 1, max: 255 }), (at, place, mask) => {
        expect(verify(signatureBy(one), [one.whpk], {}, flipped(body, at, mask))).toEqual(mismatch);
        expect(verify(`v1a,${flipped(bytes, place, mask).toString('base64')}`, [one.whpk])).toEqual(mismatch);
      }),
    );
  });

  it('do not let a public key pass for a secret', () => {
    const forged = signStandard('msg_1', now, body, one.whpk.replace('whpk_', 'whsec_'))['webhook-signature'] as string;
    expect(verify(forged, [one.whpk])).toEqual(mismatch);
    expect(verify(signatureBy(one), ['whpk_AAAA'])).toEqual({ ok: false, reason: 'no-secret-configured' });
  });

  it('cannot make the check dear with many signatures', () => {
    const many = Array(200).fill(signatureBy(other)).join(' ');
    expect(verify(`${many} ${signatureBy(one)}`, [one.whpk])).toEqual(mismatch);
  });
});

describe('Chatwoot with a token in the address in place of signatures', () => {
  const rawBody = Buffer.from('{}');
  const verify = (urlToken: string | undefined, headers: SignedHeaders = {}, secrets: string[] = []) =>
    channels.chatwoot.verify(
      { rawBody, headers, nowMs, urlToken },
      { secrets, requireSignature: false, urlTokens: ['new-token', 'old-token'] },
    );

  it('is accepted with any of the tokens and refused with another or none', () => {
    expect(verify('new-token').ok).toBe(true);
    expect(verify('old-token').ok).toBe(true);
    for (const token of [undefined, '', 'new', 'new-tokenx']) {
      expect(verify(token)).toEqual({ ok: false, reason: 'token-mismatch' });
    }
  });

  it('does not let the token stand in for a signature that does not fit', () => {
    expect(verify('new-token', signChatwoot(rawBody, 'wrong', now), ['dev-secret']).ok).toBe(false);
  });

  it('does not let the token stand in for a signature that must be there', () => {
    const request = { rawBody, headers: {}, nowMs, urlToken: 'new-token' };
    const verdict = channels.chatwoot.verify(request, { secrets: ['dev-secret'], urlTokens: ['new-token'] });
    expect(verdict).toEqual({ ok: false, reason: 'signature-missing' });
  });
});

describe('Standard Webhooks', () => {
  const body = fixtureBytes('standard-message-received');
  const verify = (headers: Record<string, string | string[]>, secrets = [standardSecret]) =>
    channels.standard.verify({ rawBody: body, headers, nowMs }, { secrets });

  it('accept a request signed with the old and the new secret at once, and tell its id', () => {
    const headers = signStandard('msg_1', now, body, [otherStandardSecret, standardSecret]);
    expect(verify(headers)).toEqual({ ok: true, deliveryId: 'msg_1' });
    expect(verify(headers, [otherStandardSecret])).toEqual({ ok: true, deliveryId: 'msg_1' });
  });

  it('pass over signatures of other versions and do not accept them alone', () => {
    const good = signStandard('msg_1', now, body, standardSecret);
    const other = `v2,${Buffer.alloc(64).toString('base64')}`;
    expect(verify({ ...good, 'webhook-signature': `${other} ${good['webhook-signature']}` }).ok).toBe(true);
    expect(verify({ ...good, 'webhook-signature': other })).toEqual({ ok: false, reason: 'signature-malformed' });
  });

  it('cover the id with the signature and demand one', () => {
    const good = signStandard('msg_1', now, body, standardSecret);
    expect(verify({ ...good, 'webhook-id': 'msg_2' })).toEqual({ ok: false, reason: 'signature-mismatch' });
    expect(verify({ ...good, 'webhook-id': '' })).toEqual({ ok: false, reason: 'id-missing' });
    expect(verify({ ...good, 'webhook-id': ['msg_1', 'msg_1'] })).toEqual({ ok: false, reason: 'id-missing' });
    expect(verify({ ...good, 'webhook-id': 'a b' })).toEqual({ ok: false, reason: 'id-malformed' });
  });

  it('take no secret of less than 24 bytes for one', () => {
    const short = `whsec_${Buffer.alloc(23, 1).toString('base64')}`;
    const headers = signStandard('msg_1', now, body, short);
    expect(verify(headers, [short])).toEqual({ ok: false, reason: 'no-secret-configured' });
  });

  it("verify the specification's own example", () => {
    const rawBody = Buffer.from('{"test": 2432232314}');
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    expect(channels.standard.verify({ rawBody, headers, nowMs: 1_614_265_330_000 }, { secrets }).ok).toBe(true);
  });
});
