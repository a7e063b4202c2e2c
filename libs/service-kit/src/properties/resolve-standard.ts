import { type StandardSource } from './property.js';
import { placed, type SourcePlace } from './resolve-source.js';
import { type SecretReference } from './secret-reference.js';
import { type StandardEntry } from './source.forms.js';

/** A form that Standard Webhooks 1.0.0 gives secrets and keys: a prefix and base64 of so many bytes. */
interface KeyForm {
  readonly prefix: string;
  readonly fits: (bytes: number) => boolean;
  readonly expected: string;
}

const secret: KeyForm = {
  prefix: 'whsec_',
  fits: (bytes) => bytes >= 24 && bytes <= 64,
  expected: 'whsec_ and base64 of 24 to 64 bytes',
};
const publicKey: KeyForm = {
  prefix: 'whpk_',
  fits: (bytes) => bytes === 32,
  expected: 'whpk_ and base64 of 32 bytes',
};
const secretKey: KeyForm = {
  prefix: 'whsk_',
  fits: (bytes) => bytes === 32 || bytes === 64,
  expected: 'whsk_ and base64 of 32 or 64 bytes',
};

export function resolveStandard(entry: StandardEntry, place: SourcePlace): StandardSource {
  const { at, reading } = place;
  const keys = (references: readonly SecretReference[], where: string, forms: readonly KeyForm[]): string[] => {
    const found = reading.secrets.resolveAll(references, where);
    found.forEach((text, i) => {
      if (text === '' || forms.some((form) => hasForm(text, form))) return;
      reading.faults.add(`${where}.${i}`, `must lead to ${forms.map(({ expected }) => expected).join(', or to ')}`);
    });
    return found;
  };
  return {
    kind: 'standard',
    ...placed(entry, place),
    secrets: keys(entry.secrets, `${at}.secrets`, [secret, publicKey]),
    ...(entry.api && { api: apiOf(entry.api, place, keys) }),
  };
}

function apiOf(
  { baseUrl, network = 'public', ports, signingSecrets }: NonNullable<StandardEntry['api']>,
  { at, reading }: SourcePlace,
  keys: (references: readonly SecretReference[], where: string, forms: readonly KeyForm[]) => string[],
): NonNullable<StandardSource['api']> {
  if (network === 'public' && !baseUrl.startsWith('https://')) {
    reading.faults.add(`${at}.api`, 'baseUrl must begin with https:// unless network is private');
  }
  return {
    baseUrl,
    signingSecrets: keys(signingSecrets, `${at}.api.signingSecrets`, [secret, secretKey]),
    rules: { network, ...(ports && { ports }) },
  };
}

function hasForm(text: string, { prefix, fits }: KeyForm): boolean {
  if (!text.startsWith(prefix)) return false;
  const encoded = text.slice(prefix.length);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && fits(Buffer.from(encoded, 'base64').length);
}
