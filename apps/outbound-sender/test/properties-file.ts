import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the sources of the file send to, and what stands in it under `sending`. */
export interface FileSources {
  readonly whatsappUrl: string;
  readonly whatsapp: object;
  readonly chatwootUrl: string;
  readonly chatwoot: object;
}

/** A properties file with the demo property's sources and limits of the test's own. YAML takes JSON. */
export class PropertiesFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'sender-'));
  readonly path = join(this.folder, 'properties.yaml');
  /** The secrets it refers to. */
  readonly env = { INN_TOKEN: 'dev-token', INN_SECRET: 'dev-secret' };

  constructor({ whatsappUrl, whatsapp, chatwootUrl, chatwoot }: FileSources) {
    const [token, secret] = [{ env: 'INN_TOKEN' }, { env: 'INN_SECRET' }];
    const place = { secrets: [secret] };
    const sources = [
      {
        ...place,
        id: 'demo-whatsapp',
        kind: 'whatsapp',
        verifyToken: secret,
        api: { baseUrl: whatsappUrl, token },
        sending: whatsapp,
      },
      { ...place, id: 'demo-chatwoot', kind: 'chatwoot', api: { baseUrl: chatwootUrl, token }, sending: chatwoot },
    ];
    writeFileSync(this.path, JSON.stringify({ properties: [{ id: 'demo', sources }] }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
