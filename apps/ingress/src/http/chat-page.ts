import { loadSite, type Logger, serveSite, SiteMissingError } from '@switchboard/service-kit';
import { type FastifyInstance } from 'fastify';
import { fileURLToPath } from 'node:url';

/** The built page, beside this app: seen from `src` and from `dist` alike. */
const siteFolder = fileURLToPath(new URL('../../../dashboard-web/dist/', import.meta.url));

/**
 * Serves the guest's chat page at `/`. Without a built page the service still starts: no webhook may be lost because a
 * page is missing.
 */
export async function serveChatPage(server: FastifyInstance, log: Logger, folder = siteFolder): Promise<void> {
  try {
    serveSite(server, await loadSite(folder, { '/': 'webchat.html' }));
  } catch (error) {
    if (!(error instanceof SiteMissingError)) throw error;
    log.warn({ err: error }, 'starting without the chat page');
  }
}
