// Wraps the alert rules for the Prometheus operator: node tools/manifests/alerts/render-prometheus-rule.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { parse, stringify } from 'yaml';

const folder = join(import.meta.dirname, '..', '..', '..', 'k8s', 'components', 'monitoring');
export const rulesFile = join(folder, 'alerts.yaml');
export const wrappedFile = join(folder, 'prometheus-rule.yaml');

/** The PrometheusRule with the rules of a rule file's text, as YAML text. */
export async function wrapRules(rules) {
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'switchboard', labels: { 'app.kubernetes.io/part-of': 'switchboard' } },
    spec: parse(rules),
  };
  const head =
    '# Made from alerts.yaml by tools/manifests/alerts/render-prometheus-rule.mjs: change that file, not this one.\n';
  return format(head + stringify(resource, { lineWidth: 0 }), { parser: 'yaml', printWidth: 120, singleQuote: true });
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(wrappedFile, await wrapRules(readFileSync(rulesFile, 'utf8')));
}
