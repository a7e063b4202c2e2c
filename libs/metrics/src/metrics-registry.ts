import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Name, meaning and label names of one metric. Label values must come from small closed sets, never from ids. */
export interface MetricDescription<L extends string = never> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

/** All metrics of one service process; every sample carries the label `service`. */
export class MetricsRegistry {
  private readonly registry = new Registry();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** The media type of `text()`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** @throws when the name is taken: one metric has one place. */
  counter<L extends string = never>({ name, help, labels = [] }: MetricDescription<L>): Counter<L> {
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** @throws when the name is taken. */
  gauge<L extends string = never>({ name, help, labels = [] }: MetricDescription<L>): Gauge<L> {
    return new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** @throws when the name is taken. */
  histogram<L extends string = never>(
    { name, help, labels = [] }: MetricDescription<L>,
    buckets: readonly number[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] });
  }
}
