/** Secrets of the built-in demo property. They are public, so production refuses them wherever they come from. */
export const developmentSecrets = {
  webhook: 'dev-secret',
  /** Standard Webhooks want base64 of at least 24 bytes behind `whsec_`. */
  standardWebhook: `whsec_${Buffer.from('dev-secret-dev-secret-dev-secret').toString('base64')}`,
  verifyToken: 'dev-verify',
  apiToken: 'dev-token',
} as const;

const all: ReadonlySet<string> = new Set(Object.values(developmentSecrets));

export function isDevelopmentSecret(text: string): boolean {
  return all.has(text);
}
