/** The alert rules as Prometheus reads them. */
export const rulesFile: string;
/** The same rules as the Prometheus operator reads them. */
export const wrappedFile: string;
/** The PrometheusRule with the rules of a rule file's text, as YAML text. */
export function wrapRules(rules: string): Promise<string>;
