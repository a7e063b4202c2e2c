import { type SettingValues } from './catalogue.js';

export const tracingMembers = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_SDK_DISABLED',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;

type Values = Pick<SettingValues, (typeof tracingMembers)[number]>;

/** Where spans go and which of them; made of OpenTelemetry's standard variables. */
export interface TracingSettings {
  /** Address that takes OTLP/HTTP in JSON. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the service's own name. */
  readonly serviceName?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sampler: Values['OTEL_TRACES_SAMPLER'];
  /** Share of the traces a ratio sampler keeps, 0 to 1. */
  readonly ratio: number;
}

const DEFAULT_ENDPOINT = 'http://localhost:4318';

/**
 * Undefined means that nothing is traced, which is so until the environment names an exporter or an endpoint.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function composeTracing(values: Values): TracingSettings | undefined {
  const given = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporter = values.OTEL_TRACES_EXPORTER ?? (given === undefined ? 'none' : 'otlp');
  if (values.OTEL_SDK_DISABLED || exporter === 'none') return undefined;
  const serviceName = values.OTEL_SERVICE_NAME;
  return {
    url: values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? tracesBelow(values.OTEL_EXPORTER_OTLP_ENDPOINT),
    headers: pairs(values.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? values.OTEL_EXPORTER_OTLP_HEADERS),
    ...(serviceName === undefined ? {} : { serviceName }),
    attributes: pairs(values.OTEL_RESOURCE_ATTRIBUTES),
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: Number(values.OTEL_TRACES_SAMPLER_ARG ?? 1),
  };
}

function tracesBelow(endpoint = DEFAULT_ENDPOINT): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

/** `name=value` pairs; values are percent-encoded as in W3C Baggage. */
function pairs(text = ''): Record<string, string> {
  const found = text.split(',').map((pair) => /^\s*([^=\s]+)\s*=(.*)$/.exec(pair));
  return Object.fromEntries(
    found.flatMap((match) => (match ? [[match[1] as string, decoded((match[2] as string).trim())]] : [])),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
