import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsPage } from './settings-page.js';

const page = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'settings.md');

describe('docs/settings.md', () => {
  it('lists the settings as they are; UPDATE_DOCS=1 writes it anew', async () => {
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(page, settingsPage());
    expect(await readFile(page, 'utf8')).toBe(settingsPage());
  });
});
