import { ChannelMetrics, ConnectionMetrics, type MetricsRegistry } from '@switchboard/metrics';
import { type ConnectionObserver } from '@switchboard/redis-transport';
import { type Logger } from '@switchboard/service-kit';
import { type BroadcasterObserver } from './broadcaster.js';

/** Tells the log and the metrics what viewers and feeds meet. */
export function broadcasterObserver(log: Logger, registry: MetricsRegistry): BroadcasterObserver {
  const channels = new ChannelMetrics(registry, ['property']);
  return {
    unreadable: (propertyId, entries) => log.warn({ propertyId, entries }, 'feed entries that are no updates left out'),
    readFailed: (propertyId, err) => log.warn({ propertyId, err }, 'the feed cannot be read now; it is tried again'),
    viewerCame: () => channels.joined('property'),
    viewerLeft: () => channels.left('property'),
    viewerDropped: () => log.info('a viewer that did not read was dropped; it resumes by cursor'),
    updateSent: () => channels.sent('property'),
    viewerFailed: (err) => log.warn({ err }, 'a viewer cannot be served now'),
  };
}

/** Tells the log and the metrics what the connections to Redis meet. */
export function connectionObserver(log: Logger, registry: MetricsRegistry): ConnectionObserver {
  const connections = new ConnectionMetrics(registry);
  return {
    connected: (purpose) => {
      connections.connected(purpose);
      log.info({ purpose }, 'connected to Redis');
    },
    disconnected: (purpose) => {
      connections.disconnected(purpose);
      log.info({ purpose }, 'connection to Redis closed');
    },
    reconnecting: (purpose) => connections.reconnecting(purpose),
    failed: (purpose, err) => {
      connections.failed(purpose);
      // What Redis itself answers, such as WRONGPASS, does not pass by waiting.
      if (err.name === 'ReplyError') log.warn({ purpose, err }, 'Redis refuses the connection');
      else log.debug({ purpose, err }, 'connection to Redis failed');
    },
  };
}
