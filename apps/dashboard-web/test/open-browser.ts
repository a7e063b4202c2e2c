import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine: CHROMIUM_BIN, or where packages put it. Undefined when there is none. */
export function findBrowser(): string | undefined {
  return process.env['CHROMIUM_BIN'] ?? places.find((place) => existsSync(place));
}

/**
 * `describe` where there is a browser. Elsewhere the tests are skipped with a line that says so; under CI a missing
 * browser is a failure.
 */
export const describeInBrowser: jest.Describe = ((): jest.Describe => {
  if (findBrowser() !== undefined || process.env['CI']) return describe;
  process.stderr.write('No Chromium on this machine: browser tests are skipped. Debian: apt-get install chromium\n');
  return describe.skip as jest.Describe;
})();

/** Starts the browser without a window; the test closes it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('No Chromium found; set CHROMIUM_BIN or install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
