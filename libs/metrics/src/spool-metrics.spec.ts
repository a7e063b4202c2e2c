import { MetricsRegistry } from './metrics-registry.js';
import { SpoolMetrics } from './spool-metrics.js';

it('tells what waits in the spool, what went through it and what it turned away', async () => {
  const registry = new MetricsRegistry('ingress');
  const metrics = new SpoolMetrics(registry);
  metrics.away(true);
  metrics.stored(7);
  metrics.drained(4);
  metrics.refused();
  metrics.rejected('full');
  metrics.state({ messages: 2, bytes: 512, oldestAgeMs: 1_500 });
  const lines = (await registry.text()).split('\n').filter((line) => line.startsWith('spool_'));
  expect(
    lines.map((line) =>
      line
        .replace(/[{,]service="ingress"/, '')
        .replace('{}', '')
        .replace('} ', ' '),
    ),
  ).toEqual([
    'spool_messages 2',
    'spool_bytes 512',
    'spool_oldest_age_seconds 1.5',
    'spool_open 1',
    'spool_stored_total 7',
    'spool_drained_total 4',
    'spool_refused_total 1',
    'spool_rejected_total{reason="full" 1',
    'spool_rejected_total{reason="unwritable" 0',
  ]);
});
