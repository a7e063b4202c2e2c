import { type RecordingServer } from './recording-server.js';

/** A span as a collector got it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Span ids. */
  readonly links: readonly string[];
  readonly failed: boolean;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: readonly { readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

/** Body of POST /v1/traces. @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const FAILED = 2;

/** Every span that a server which stands in for a collector has got. */
export function collectedSpans(collector: RecordingServer): CollectedSpan[] {
  const requests = collector.calls.filter(({ path }) => path === '/v1/traces').map(({ body }) => body as OtlpRequest);
  return requests
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const service = String(valuesOf(resource.attributes)['service.name']);
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(service, span)));
    });
}

function spanOf(service: string, span: OtlpSpan): CollectedSpan {
  const { traceId, spanId, parentSpanId, name, kind, attributes = [], links = [], status } = span;
  return {
    service,
    name,
    kind: kinds[kind] ?? 'internal',
    traceId,
    spanId,
    parentSpanId: parentSpanId || undefined,
    attributes: valuesOf(attributes),
    links: links.map((link) => link.spanId),
    failed: status?.code === FAILED,
  };
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
