import { catalogue } from './catalogue.js';
import { type Setting } from './setting.js';

/** The page that lists every setting, in Markdown; `docs/settings.md` is this text. */
export function settingsPage(): string {
  const rows = Object.entries(catalogue as Record<string, Setting<unknown>>).map(
    ([name, setting]) => `| \`${name}\` | ${setting.doc} | ${setting.expected} | ${fallbackOf(setting)} |`,
  );
  return [
    '# Settings',
    '',
    'Environment variables of the services. A service reads the ones it needs; unknown or bad ones stop the start with one',
    'error that lists every fault. A secret may come from a file: `NAME_FILE` holds its path.',
    '',
    '| name | what | form | default |',
    '|---|---|---|---|',
    ...rows,
    '',
    'The properties file is described by [its example](../libs/service-kit/properties.example.yaml).',
    '',
  ].join('\n');
}

function fallbackOf({ secret, fallback, neededInProduction }: Setting<unknown>): string {
  if (neededInProduction) return 'none; needed in production';
  if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) return 'none';
  return secret ? '(secret)' : `\`${String(fallback)}\``;
}
