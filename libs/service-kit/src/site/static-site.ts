import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file of a site, kept in memory: there are few and they are small. */
export interface SiteFile {
  /** Path in the URL, for example `/assets/look.css`. */
  readonly path: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** Strong validator for `If-None-Match`. */
  readonly etag: string;
}

/** The folder of the page is missing or incomplete. */
export class SiteMissingError extends Error {
  readonly code = 'SITE_MISSING';

  constructor(options: ErrorOptions) {
    super('the page is not built; run `npx nx build dashboard-web` first', options);
    this.name = 'SiteMissingError';
  }
}

const ASSETS = 'assets';
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/**
 * Reads a built site: the named pages and everything under `assets`. Only what was found here can be asked for, so no
 * path in a request ever reaches the file system.
 *
 * @param pages file of the folder by path in the URL, for example `{ '/': 'index.html' }`
 * @throws SiteMissingError when the folder or a page is not there.
 */
export async function loadSite(folder: string, pages: Readonly<Record<string, string>>): Promise<SiteFile[]> {
  try {
    const entries = await readdir(join(folder, ASSETS), { recursive: true, withFileTypes: true });
    const assets = entries
      .filter((entry) => entry.isFile() && extname(entry.name) in contentTypes)
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    return await Promise.all([
      ...Object.entries(pages).map(([path, file]) => load(folder, file, path)),
      ...assets.map((file) => load(folder, file, `/${file.split(sep).join('/')}`)),
    ]);
  } catch (error) {
    throw new SiteMissingError({ cause: error });
  }
}

async function load(folder: string, file: string, path: string): Promise<SiteFile> {
  return siteFile(path, await readFile(join(folder, file)), extname(file));
}

/** A file of a site from its content; the extension, for example `.html`, tells its type. */
export function siteFile(path: string, body: Buffer, extension = extname(path)): SiteFile {
  return {
    path,
    body,
    contentType: contentTypes[extension] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
  };
}
