import { Module } from '@nestjs/common';
import { MetricsModule, MetricsRegistry, PublishingMetrics } from '../src/index.js';
import { openService } from '@switchboard/service-kit';

@Module({})
class TrialModule {}

it('Prometheus gets the samples of a service in its text format', async () => {
  const registry = new MetricsRegistry('trial');
  new PublishingMetrics(registry).appended('msi:messages', 'stored', 2);
  const service = await openService(
    { name: 'trial', settings: [], module: () => ({ module: TrialModule, imports: [MetricsModule.of(registry)] }) },
    { NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' },
  );
  try {
    const response = await fetch(`${service.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('messages_published_total{stream="msi:messages",service="trial"} 2');
  } finally {
    await service.stop();
  }
});
