import { type ConnectionObserver } from '@switchboard/redis-transport';
import { type Logger } from '@switchboard/service-kit';
import { type BroadcasterObserver } from './broadcaster.js';

/** Writes to the log what the broadcaster and its connections meet. */
export function logObserver(log: Logger): BroadcasterObserver & ConnectionObserver {
  return {
    entriesRead: () => undefined,
    unreadable: (propertyId, entries) => log.warn({ propertyId, entries }, 'feed entries that are no updates were left out'),
    readFailed: (propertyId, err) => log.warn({ propertyId, err }, 'the feed cannot be read now; it is tried again'),
    viewerCame: () => log.debug('a viewer came'),
    viewerLeft: () => log.debug('a viewer left'),
    viewerDropped: () => log.info('a viewer that did not read was dropped; it resumes by cursor'),
    viewerFailed: (err) => log.warn({ err }, 'a viewer could not be served now'),
    connected: (purpose) => log.info({ purpose }, 'connected to Redis'),
    disconnected: (purpose) => log.warn({ purpose }, 'connection to Redis closed'),
    reconnecting: (purpose) => log.debug({ purpose }, 'reconnecting to Redis'),
    failed: (purpose, err) => log.debug({ purpose, err }, 'connection to Redis failed'),
  };
}
