import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BacklogMetrics, MetricsRegistry } from '@switchboard/metrics';
import { BacklogReader, DeadLetterStore } from '@switchboard/redis-transport';

const SAMPLE_EVERY_MS = 5_000;

/** Keeps the gauges of backlog and dead letters fresh; this one service does it for all, so that nothing counts twice. */
@Injectable()
export class BacklogSampler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly metrics: BacklogMetrics;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MetricsRegistry) registry: MetricsRegistry,
    @Inject(BacklogReader) private readonly backlog: BacklogReader,
    @Inject(DeadLetterStore) private readonly deadLetters: DeadLetterStore,
  ) {
    this.metrics = new BacklogMetrics(registry);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sample(), SAMPLE_EVERY_MS);
    void this.sample();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** What cannot be read now keeps its last value; the connection metrics tell of the trouble. */
  private async sample(): Promise<void> {
    await Promise.all([
      ...this.deadLetters.streams.map((stream) => this.sampleGroups(stream)),
      this.sampleDeadLetters(),
    ]).catch(() => undefined);
  }

  private async sampleGroups(stream: string): Promise<void> {
    for (const { group, pending, lag, oldestAgeMs } of await this.backlog.read(stream)) {
      this.metrics.pending({ stream, group }, pending);
      this.metrics.lag({ stream, group }, lag);
      this.metrics.oldestPending({ stream, group }, oldestAgeMs);
    }
  }

  private async sampleDeadLetters(): Promise<void> {
    for (const [stream, letters] of Object.entries(await this.deadLetters.count()))
      this.metrics.deadLetters(stream, letters);
  }
}
