import { BackfillMetrics, type MetricsRegistry } from '@switchboard/metrics';
import { type ServiceContext } from '@switchboard/service-kit';
import { type IngressSetting } from '../settings.js';
import { type Routing } from '../webhooks/routing.js';
import { Backfill, backfillDefaults } from './backfill.js';
import { type BackfillMarks } from './backfill-marks.js';

/** The backfill of all Chatwoot sources that ask for one. */
export function openBackfill(
  marks: BackfillMarks,
  routing: Routing,
  { settings, log }: ServiceContext<IngressSetting>,
  registry: MetricsRegistry,
): Backfill {
  const sources = settings.properties.properties.flatMap((property) =>
    property.sources.filter((source) => source.kind === 'chatwoot'),
  );
  const parts = { marks, routing, metrics: new BackfillMetrics(registry), log };
  const everyMs = settings.backfillEveryMs;
  const lookEveryMs = Math.min(everyMs, backfillDefaults.lookEveryMs);
  return new Backfill(sources, parts, { ...backfillDefaults, lookEveryMs, everyMs });
}
