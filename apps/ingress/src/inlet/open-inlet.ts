import { type DeliveryObserver, Publisher, publisherDefaults } from '@switchboard/delivery';
import { type MetricsRegistry, SpoolMetrics } from '@switchboard/metrics';
import { type RedisStreamStore } from '@switchboard/redis-transport';
import { type ServiceContext } from '@switchboard/service-kit';
import { type IngressSetting } from '../settings.js';
import { DirectInlet, type Inlet } from './inlet.js';
import { SpoolingInlet } from './spooling-inlet.js';
import { watchSpool } from './watch-spool.js';

type Context = ServiceContext<IngressSetting>;

/** The spool's gauges follow this far behind. */
const GAUGE_EVERY_MS = 1_000;

/** With a spool when the settings name a folder for it. */
export function openInlet(
  store: RedisStreamStore,
  context: Context,
  registry: MetricsRegistry,
  delivery: DeliveryObserver,
): Inlet {
  const { settings, log, hashId, onStopped } = context;
  const publisher = new Publisher(store, publisherDefaults, delivery);
  if (settings.spoolDir === undefined) return new DirectInlet(publisher);
  const metrics = new SpoolMetrics(registry);
  const inlet = new SpoolingInlet(
    publisher,
    () => store.declareStream(settings.inboundStream, settings.partitions),
    {
      folder: settings.spoolDir,
      maxBytes: settings.spoolMaxBytes,
      maxMessages: settings.spoolMaxMessages,
      patienceMs: settings.spoolAfterMs,
    },
    watchSpool(metrics, log, hashId),
  );
  const gauge = setInterval(() => metrics.state(inlet.state), GAUGE_EVERY_MS).unref();
  onStopped(async () => {
    clearInterval(gauge);
    const { messages } = inlet.state;
    if (messages > 0) log.warn({ messages }, 'stopping with messages in the spool; the next start drains them');
    await inlet.close();
  });
  return inlet;
}
