import { type FileFaults } from './file-faults.js';
import { type ChatwootSource, type WebchatSource, type WhatsAppSource } from './property.js';
import { type ChannelRules } from './read-sending.js';
import { type SecretResolver } from './secret-reference.js';
import { type ChatwootEntry, type SourceEntry, type WebchatEntry, type WhatsAppEntry } from './source.forms.js';

/** What the reading of one file has in common. */
export interface FileReading {
  readonly faults: FileFaults;
  readonly secrets: SecretResolver;
  /** How replies are sent, by kind of source. */
  readonly channels: ChannelRules;
}

/** Where a source stands. */
export interface SourcePlace {
  readonly propertyId: string;
  /** Path in the file, for example `properties.0.sources.2`. */
  readonly at: string;
  readonly reading: FileReading;
}

/** What every source says of itself. */
export function placed(entry: SourceEntry, { propertyId }: SourcePlace) {
  const { id, requestsPerSecond } = entry;
  return { id, propertyId, ...(requestsPerSecond && { requestsPerSecond }) };
}

export function resolveChatwoot(entry: ChatwootEntry, place: SourcePlace): ChatwootSource {
  const { at, reading } = place;
  const { faults, secrets } = reading;
  const { requireSignature = true, answerWhen = 'unassigned', urlTokens = [], api, backfill } = entry;
  const references = entry.secrets ?? [];
  if (requireSignature && references.length === 0) {
    faults.add(at, 'secrets must not be empty unless requireSignature is false');
  }
  if (requireSignature && urlTokens.length > 0) faults.add(at, 'urlTokens count only where requireSignature is false');
  if (backfill && !api) faults.add(at, 'backfill needs api');
  return {
    kind: 'chatwoot',
    ...placed(entry, place),
    secrets: secrets.resolveAll(references, `${at}.secrets`),
    requireSignature,
    urlTokens: secrets.resolveAll(urlTokens, `${at}.urlTokens`),
    answerWhen,
    ...(api && { api: { baseUrl: api.baseUrl, token: secrets.resolve(api.token, `${at}.api.token`) } }),
    ...(backfill && {
      backfill: { accounts: backfill.accounts, token: secrets.resolve(backfill.token, `${at}.backfill.token`) },
    }),
  };
}

export function resolveWhatsApp(entry: WhatsAppEntry, place: SourcePlace): WhatsAppSource {
  const { at, reading } = place;
  const { faults, secrets } = reading;
  const { api, verifyToken, verifyTokens } = entry;
  if ((verifyToken === undefined) === (verifyTokens === undefined)) {
    faults.add(at, 'must have exactly one of verifyToken and verifyTokens');
  }
  return {
    kind: 'whatsapp',
    ...placed(entry, place),
    secrets: secrets.resolveAll(entry.secrets, `${at}.secrets`),
    verifyTokens: verifyToken
      ? [secrets.resolve(verifyToken, `${at}.verifyToken`)]
      : secrets.resolveAll(verifyTokens ?? [], `${at}.verifyTokens`),
    ...(api && {
      api: {
        baseUrl: api.baseUrl,
        token: secrets.resolve(api.token, `${at}.api.token`),
        ...(api.version && { version: api.version }),
      },
    }),
  };
}

export function resolveWebchat(entry: WebchatEntry, place: SourcePlace): WebchatSource {
  const { propertyId, at, reading } = place;
  if (entry.id !== `${propertyId}-webchat`) {
    reading.faults.add(at, `id must be ${propertyId}-webchat, the web chat of its property`);
  }
  return { kind: 'webchat', ...placed(entry, place), allowedOrigins: entry.allowedOrigins ?? [] };
}
