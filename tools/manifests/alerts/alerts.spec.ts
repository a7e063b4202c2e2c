import { debianProgram } from '@switchboard/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BacklogMetrics,
  BreakerMetrics,
  ChannelMetrics,
  ConnectionMetrics,
  ConsumingMetrics,
  HandlerMetrics,
  MetricsRegistry,
  PartitionMetrics,
  ProviderMetrics,
  PublishingMetrics,
  SpoolMetrics,
  WebhookMetrics,
} from '@switchboard/metrics';
import { parse, stringify } from 'yaml';
import { exporterMetrics } from './exporter-metrics.js';
import { rulesFile, wrappedFile, wrapRules } from './render-prometheus-rule.mjs';

const run = promisify(execFile);

interface Rules {
  groups: { rules: { alert: string; expr: string; labels: { severity: string }; for?: string }[] }[];
}

interface RuleTests {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
}

async function promtool(...args: string[]): Promise<string> {
  const program = await debianProgram({ name: 'promtool', package: 'prometheus' });
  try {
    const { stdout } = await run(program, args, { cwd: import.meta.dirname });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`, { cause: error });
  }
}

/** Names of all series that a service of ours exposes. */
async function ownMetrics(): Promise<Set<string>> {
  const registry = new MetricsRegistry('test');
  for (const Metrics of [
    BacklogMetrics,
    BreakerMetrics,
    ChannelMetrics,
    ConnectionMetrics,
    ConsumingMetrics,
    HandlerMetrics,
    PartitionMetrics,
    ProviderMetrics,
    PublishingMetrics,
    SpoolMetrics,
    WebhookMetrics,
  ]) {
    new Metrics(registry);
  }
  const names = new Set<string>();
  for (const [, name = '', type] of (await registry.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const series = type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    for (const each of series) names.add(each);
  }
  return names;
}

/** Metric names in an expression: words that are no function, no keyword, no label and no string. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"|'[^']*'/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]|\boffset\s+\w+/g, '')
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  const words = bare.match(/[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\(|[a-zA-Z0-9_:])/g) ?? [];
  const keywords = new Set(['and', 'or', 'unless', 'sum', 'max', 'min', 'count', 'avg', 'bool', 'inf', 'nan']);
  return words.filter((word) => !keywords.has(word.toLowerCase()));
}

describe('the alert rules', () => {
  let rules: Rules;
  const all = () => rules.groups.flatMap((group) => group.rules);

  beforeAll(async () => {
    rules = parse(await readFile(rulesFile, 'utf8')) as Rules;
  });

  it('pass their unit tests', async () => {
    expect(await promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
  });

  it('are all tested, firing and silent', async () => {
    const { tests } = parse(await readFile(join(import.meta.dirname, 'alerts.test.yaml'), 'utf8')) as RuleTests;
    const expectations = tests.flatMap((test) => test.alert_rule_test);
    const tested = (firing: boolean) =>
      new Set(expectations.filter((each) => each.exp_alerts.length > 0 === firing).map((each) => each.alertname));
    const names = new Set(all().map(({ alert }) => alert));
    expect(tested(true)).toEqual(names);
    expect(tested(false)).toEqual(names);
  });

  it('hold the three that were promised, with their times', () => {
    const byName = Object.fromEntries(all().map((rule) => [rule.alert, rule]));
    expect(byName['RedisDown']).toMatchObject({ for: '1m', labels: { severity: 'critical' } });
    expect(byName['HighMessageLatency']).toMatchObject({ for: '5m', expr: expect.stringMatching(/> 1$/) as string });
    expect(byName['MessageProcessingBacklog']).toMatchObject({
      for: '10m',
      expr: expect.stringContaining('> 1.2 *') as string,
    });
  });

  it('are the same for the Prometheus operator', async () => {
    const wrapped = await wrapRules(await readFile(rulesFile, 'utf8'));
    expect(await readFile(wrappedFile, 'utf8')).toBe(wrapped);
  });

  it('ask only for metrics that exist', async () => {
    const known = new Set([...(await ownMetrics()), ...exporterMetrics]);
    const asked = all().flatMap(({ expr }) => metricsIn(expr));
    expect(asked.length).toBeGreaterThan(all().length);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the operations pages', () => {
  const pages = join(import.meta.dirname, '..', '..', '..', 'docs', 'operations');

  it('say of every alert what to look at first, and of no other', async () => {
    const { groups } = parse(await readFile(rulesFile, 'utf8')) as Rules;
    const section = /^## What to do when$([^]*?)^## /m.exec(await readFile(join(pages, 'monitoring.md'), 'utf8'))?.[1];
    const rows = [...(section ?? '').matchAll(/^\| ([A-Z][\w, ]*?) +\|/gm)];
    const named = rows.flatMap(([, names = '']) => names.split(', '));
    expect(named.sort()).toEqual(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)).sort());
  });

  it('of the spool and of sending name the alerts about them', async () => {
    for (const [page, metrics] of [
      ['spool.md', /\bspool_/],
      ['outbound.md', /\bsender_breakers_open\b|\bprovider_calls_total\b/],
    ] as const) {
      const { groups } = parse(await readFile(rulesFile, 'utf8')) as Rules;
      const about = groups.flatMap(({ rules }) => rules).filter(({ expr }) => metrics.test(expr));
      const text = await readFile(join(pages, page), 'utf8');
      expect(about.length).toBeGreaterThan(1);
      expect(about.map(({ alert }) => alert).filter((alert) => !text.includes(alert))).toEqual([]);
    }
  });
});

describe('the Grafana dashboards', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'k8s', 'components', 'monitoring', 'dashboards');

  it('ask only for metrics that exist, of a data source that the viewer chooses', async () => {
    const known = new Set([...(await ownMetrics()), ...exporterMetrics]);
    for (const file of await readdir(folder)) {
      const dashboard = JSON.parse(await readFile(join(folder, file), 'utf8')) as Dashboard;
      const targets = dashboard.panels.flatMap(({ targets = [] }) => targets);
      expect(targets.length).toBeGreaterThan(20);
      expect(targets.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !known.has(name))).toEqual([]);
      expect(new Set(targets.map(({ datasource }) => datasource.uid))).toEqual(new Set(['${datasource}']));
    }
  });

  it('have expressions that Prometheus understands', async () => {
    const work = await mkdtemp(join(tmpdir(), 'switchboard-dashboards-'));
    try {
      for (const file of await readdir(folder)) {
        const dashboard = JSON.parse(await readFile(join(folder, file), 'utf8')) as Dashboard;
        const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
        const asRules = expressions.map((expr, i) => ({ record: `panel:${i}`, expr }));
        await writeFile(join(work, 'rules.yaml'), stringify({ groups: [{ name: file, rules: asRules }] }));
        expect(await promtool('check', 'rules', join(work, 'rules.yaml'))).toContain(
          `${expressions.length} rules found`,
        );
      }
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});

interface Dashboard {
  panels: { targets?: { expr: string; datasource: { uid: string } }[] }[];
}
