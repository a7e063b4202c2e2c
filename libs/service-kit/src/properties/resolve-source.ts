import { type FileFaults } from './file-faults.js';
import { type ChatwootSource, type StandardSource, type WebchatSource, type WhatsAppSource } from './property.js';
import { type SecretResolver } from './secret-reference.js';
import { type ChatwootEntry, type StandardEntry, type WebchatEntry, type WhatsAppEntry } from './source.forms.js';

/** What the reading of one file has in common. */
export interface FileReading {
  readonly faults: FileFaults;
  readonly secrets: SecretResolver;
}

/** Where a source stands. */
export interface SourcePlace {
  readonly propertyId: string;
  /** Path in the file, for example `properties.0.sources.2`. */
  readonly at: string;
  readonly reading: FileReading;
}

export function resolveChatwoot(entry: ChatwootEntry, { propertyId, at, reading }: SourcePlace): ChatwootSource {
  const requireSignature = entry.requireSignature ?? true;
  const references = entry.secrets ?? [];
  if (requireSignature && references.length === 0) {
    reading.faults.add(at, 'secrets must not be empty unless requireSignature is false');
  }
  const { api } = entry;
  return {
    kind: 'chatwoot',
    id: entry.id,
    propertyId,
    secrets: reading.secrets.resolveAll(references, `${at}.secrets`),
    requireSignature,
    ...(api && { api: { baseUrl: api.baseUrl, token: reading.secrets.resolve(api.token, `${at}.api.token`) } }),
  };
}

export function resolveWhatsApp(
  entry: WhatsAppEntry,
  { propertyId, at, reading: { secrets } }: SourcePlace,
): WhatsAppSource {
  const { api } = entry;
  return {
    kind: 'whatsapp',
    id: entry.id,
    propertyId,
    secrets: secrets.resolveAll(entry.secrets, `${at}.secrets`),
    verifyToken: secrets.resolve(entry.verifyToken, `${at}.verifyToken`),
    ...(api && {
      api: {
        baseUrl: api.baseUrl,
        token: secrets.resolve(api.token, `${at}.api.token`),
        ...(api.version && { version: api.version }),
      },
    }),
  };
}

export function resolveStandard(entry: StandardEntry, { propertyId, at, reading }: SourcePlace): StandardSource {
  const { api } = entry;
  const keys = (references: StandardEntry['secrets'], where: string): string[] => {
    const found = reading.secrets.resolveAll(references, where);
    found.forEach((secret, i) => {
      if (secret !== '' && !isStandardSecret(secret)) {
        reading.faults.add(`${where}.${i}`, 'must lead to whsec_ and base64 of 24 to 64 bytes');
      }
    });
    return found;
  };
  return {
    kind: 'standard',
    id: entry.id,
    propertyId,
    secrets: keys(entry.secrets, `${at}.secrets`),
    ...(api && {
      api: { baseUrl: api.baseUrl, signingSecrets: keys(api.signingSecrets, `${at}.api.signingSecrets`) },
    }),
  };
}

/** The form that Standard Webhooks 1.0.0 gives symmetric secrets. */
function isStandardSecret(secret: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const length = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  return length >= 24 && length <= 64;
}

export function resolveWebchat(entry: WebchatEntry, { propertyId, at, reading }: SourcePlace): WebchatSource {
  if (entry.id !== `${propertyId}-webchat`) {
    reading.faults.add(at, `id must be ${propertyId}-webchat, the web chat of its property`);
  }
  return { kind: 'webchat', id: entry.id, propertyId, allowedOrigins: entry.allowedOrigins ?? [] };
}
