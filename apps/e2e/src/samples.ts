/** Labels that samples must carry; others may be there too. */
export type Labels = Readonly<Record<string, string>>;

/** What a service says of itself at one moment. */
export class Samples {
  private constructor(private readonly lines: readonly { name: string; labels: Labels; value: number }[]) {}

  /** Reads GET /metrics of a service. */
  static async of(serviceUrl: string): Promise<Samples> {
    const text = await (await fetch(`${serviceUrl}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Samples(lines.map(sampleOf));
  }

  /** Sum of the samples of a name with these labels; undefined when there is none. */
  sum(name: string, labels: Labels = {}): number | undefined {
    const fitting = this.lines.filter(
      (line) => line.name === name && Object.entries(labels).every(([key, value]) => line.labels[key] === value),
    );
    return fitting.length === 0 ? undefined : fitting.reduce((total, { value }) => total + value, 0);
  }

  /** Every value a label of our metrics has, by label. */
  labelValues(): Map<string, Set<string>> {
    const values = new Map<string, Set<string>>();
    for (const { labels } of this.lines) {
      for (const [key, value] of Object.entries(labels)) values.set(key, (values.get(key) ?? new Set()).add(value));
    }
    return values;
  }
}

function sampleOf(line: string): { name: string; labels: Labels; value: number } {
  const [, name = '', inner = '', value] = /^([^{\s]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
  const pairs = [...inner.matchAll(/([A-Za-z_]+)="((?:[^"\\]|\\.)*)"/g)];
  return { name, labels: Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]])), value: Number(value) };
}
