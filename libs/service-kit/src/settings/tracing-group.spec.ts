import { type Environment } from './environment.js';
import { loadSettings } from './load-settings.js';

const tracing = (env: Environment) => loadSettings(['TRACING'], env).tracing;

describe('the settings of tracing', () => {
  it('trace nothing until an exporter or an endpoint is named', () => {
    expect(tracing({})).toBeUndefined();
    expect(tracing({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' })).toBeUndefined();
    expect(tracing({ OTEL_TRACES_EXPORTER: 'otlp' })?.url).toBe('http://localhost:4318/v1/traces');
    expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' })?.url).toBe('http://c:4318/v1/traces');
    expect(tracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/own/path' })?.url).toBe('https://c/own/path');
  });

  it('trace nothing when tracing is switched off, whatever else is given', () => {
    const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://c:4318';
    expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
    expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  });

  it('read headers and attributes as name=value pairs, percent-decoded', () => {
    expect(
      tracing({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20a%3D,x-scope=hotel',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging, k8s.pod.name=p%2',
      }),
    ).toMatchObject({
      headers: { authorization: 'Basic a=', 'x-scope': 'hotel' },
      attributes: { 'deployment.environment.name': 'staging', 'k8s.pod.name': 'p%2' },
    });
  });

  it('refuse what this service cannot do, and leave alone what belongs to other signals', () => {
    expect(() => tracing({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow('OTEL_EXPORTER_OTLP_PROTOCOL');
    expect(() => tracing({ OTEL_TRACES_EXPORTER: 'zipkin' })).toThrow('OTEL_TRACES_EXPORTER');
    expect(() => tracing({ OTEL_TRACES_SAMPLER_ARG: '1.5' })).toThrow('OTEL_TRACES_SAMPLER_ARG');
    expect(tracing({ OTEL_METRICS_EXPORTER: 'prometheus', OTEL_PROPAGATORS: 'tracecontext' })).toBeUndefined();
  });
});
