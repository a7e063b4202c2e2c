import { Streams } from '@switchboard/message-schema';
import { type SettingValue } from './setting.js';
import { ackReplicas, addresses, choice, flag, integer, origins, secret, text, url } from './setting-kinds.js';

const DAY_MS = 24 * 3_600_000;
const path = { form: /^[^\0\r\n]{1,4096}$/, expected: 'the path of a file' };
const http = ['http', 'https'];
const otlpProtocols = ['http/json'] as const;
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Every setting of every service: the one place to add one. Names are environment variables; durations end in `_MS`. */
export const catalogue = {
  NODE_ENV: choice(['development', 'test', 'production'], {
    doc: 'Production asks for a properties file and for tokens, and refuses the development secrets.',
    fallback: 'development',
  }),

  PORT: integer({ doc: 'Port the service listens on; 0 takes a free one.', min: 0, max: 65_535, fallback: 3_000 }),
  HOST: text({
    doc: 'Address the service listens on.',
    form: /^[A-Za-z0-9_.:-]{1,255}$/,
    expected: 'a host name or an IP address',
    fallback: '0.0.0.0',
  }),
  BODY_LIMIT_BYTES: integer({
    doc: 'Largest request body, in bytes.',
    min: 1_024,
    max: 64 << 20,
    fallback: 1 << 20,
  }),
  SHUTDOWN_GRACE_MS: integer({
    doc: 'Longest time from the stop signal to the end of the process, in milliseconds.',
    min: 100,
    max: 600_000,
    fallback: 25_000,
  }),

  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    doc: 'Least severe level that is written.',
    fallback: 'info',
  }),
  LOG_PRETTY: flag({ doc: 'Coloured lines for people instead of JSON.', fallback: false }),
  LOG_HASH_KEY: secret({
    doc: 'Key of the hashes that stand for conversation ids in logs; one key for all services makes them comparable.',
  }),

  OTEL_TRACES_EXPORTER: choice(['otlp', 'none'], {
    doc: 'Where spans go; absent means otlp when an endpoint is given, else nowhere.',
  }),
  OTEL_SDK_DISABLED: flag({ doc: 'No spans, whatever else is given.', fallback: false }),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(http, { doc: 'OpenTelemetry collector; spans go to /v1/traces below it.' }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(http, { doc: "The collector's whole address for spans." }),
  OTEL_EXPORTER_OTLP_PROTOCOL: choice(otlpProtocols, { doc: 'How the collector is spoken to.' }),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: choice(otlpProtocols, { doc: 'The same for spans alone.' }),
  OTEL_EXPORTER_OTLP_HEADERS: secret({ doc: 'Headers for the collector, name=value separated by commas.' }),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: secret({ doc: 'The same for spans alone.' }),
  OTEL_SERVICE_NAME: text({ doc: "Name of the service in spans; by default the service's own." }),
  OTEL_RESOURCE_ATTRIBUTES: text({ doc: 'Attributes of every span, name=value separated by commas.' }),
  OTEL_TRACES_SAMPLER: choice(samplers, { doc: 'Which traces are kept.', fallback: 'parentbased_always_on' }),
  OTEL_TRACES_SAMPLER_ARG: text({
    doc: 'Share of the traces that a traceidratio sampler keeps.',
    form: /^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/,
    expected: 'a number from 0 to 1',
  }),

  REDIS_URL: url(['redis', 'rediss'], { doc: 'One Redis; default redis://127.0.0.1:6379.', secret: true }),
  REDIS_SENTINELS: addresses({ doc: 'Sentinels, host:port separated by commas; needs REDIS_MASTER_NAME.' }),
  REDIS_MASTER_NAME: text({ doc: 'Name under which the Sentinels know the master.' }),
  REDIS_CLUSTER_NODES: addresses({ doc: 'Nodes of a Redis Cluster to begin with, host:port separated by commas.' }),
  REDIS_USERNAME: text({ doc: 'User at Redis.' }),
  REDIS_PASSWORD: secret({ doc: 'Password at Redis.' }),
  REDIS_SENTINEL_USERNAME: text({ doc: 'User at the Sentinels.' }),
  REDIS_SENTINEL_PASSWORD: secret({ doc: 'Password at the Sentinels.' }),
  REDIS_TLS: flag({ doc: 'TLS towards Redis and the Sentinels.', fallback: false }),
  REDIS_TLS_CA_FILE: text({ doc: 'PEM file with the certificate authority.', ...path }),
  REDIS_TLS_CERT_FILE: text({ doc: 'PEM file with the client certificate; needs REDIS_TLS_KEY_FILE.', ...path }),
  REDIS_TLS_KEY_FILE: text({ doc: 'PEM file with the key of the client certificate.', ...path }),
  REDIS_TLS_SERVERNAME: text({ doc: 'Name the server certificate must carry, where Redis is reached by IP address.' }),
  KEY_PREFIX: text({
    doc: 'Stands before every key and Pub/Sub channel.',
    form: /^[A-Za-z0-9:_.-]{0,64}$/,
    expected: 'at most 64 letters, digits and :_.-',
    fallback: 'sb:',
    emptyCounts: true,
  }),

  PARTITIONS: integer({
    doc: 'Partitions of every stream; fixed once the streams exist.',
    min: 1,
    max: 1_024,
    fallback: 16,
  }),
  INBOUND_STREAM: text({
    doc: 'Logical stream that takes the messages of guests.',
    form: /^[A-Za-z0-9:_.-]{1,128}$/,
    expected: '1 to 128 letters, digits and :_.-',
    fallback: Streams.inbound,
  }),
  RETENTION_MS: integer({
    doc: 'How long handled messages are kept for replay, in milliseconds.',
    min: 60_000,
    max: 366 * DAY_MS,
    fallback: DAY_MS,
  }),
  BACKLOG_LIMIT: integer({
    doc: 'Most unhandled messages of a partition before new input is refused; 0 for no limit.',
    min: 0,
    max: 100_000_000,
    fallback: 0,
  }),
  ACK_REPLICAS: ackReplicas({
    doc: 'Replicas that must have a message before it is acknowledged: all, majority or a number.',
    fallback: 0,
    fallbackWith: { name: 'REDIS_SENTINELS', value: 'all' },
  }),

  SPOOL_DIR: text({
    doc: 'Folder of the spool, which takes messages while Redis is away; absent means they are refused. One process each.',
    form: path.form,
    expected: 'the path of a folder',
  }),
  SPOOL_MAX_BYTES: integer({
    doc: 'Most bytes of messages in the spool; its disk needs twice as many.',
    min: 1 << 16,
    max: 2 ** 40,
    fallback: 256 << 20,
  }),
  SPOOL_MAX_MESSAGES: integer({ doc: 'Most messages in the spool.', min: 1, max: 1_000_000, fallback: 100_000 }),
  SPOOL_AFTER_MS: integer({
    doc: 'Redis counts as away when it did not store a message after this time, in milliseconds.',
    min: 50,
    max: 3_000,
    fallback: 500,
  }),

  BACKFILL_EVERY_MS: integer({
    doc: 'Time between two comparisons with the archive of a Chatwoot source that has backfill, in milliseconds; 0 for none.',
    min: 0,
    max: 6 * 3_600_000,
    fallback: 300_000,
  }),

  BATCH_QUIET_MS: integer({
    doc: 'A burst of messages ends when its conversation is quiet this long, in milliseconds.',
    min: 0,
    max: 600_000,
    fallback: 2_000,
  }),
  BATCH_MAX_WAIT_MS: integer({
    doc: 'Longest time a message waits for more of its burst, in milliseconds.',
    min: 0,
    max: 3_600_000,
    fallback: 10_000,
  }),
  BATCH_MAX_MESSAGES: integer({ doc: 'Most messages of one batch.', min: 1, max: 10_000, fallback: 50 }),
  MAX_ATTEMPTS: integer({
    doc: 'Attempts at a message before it becomes a dead letter.',
    min: 1,
    max: 1_000,
    fallback: 5,
  }),
  CONCURRENCY: integer({ doc: 'Conversations handled at once by one process.', min: 1, max: 10_000, fallback: 64 }),
  LEASE_TTL_MS: integer({
    doc: 'Partitions of a process that vanished move after this time, in milliseconds.',
    min: 500,
    max: 300_000,
    fallback: 5_000,
  }),
  PROVIDER_TIMEOUT_MS: integer({
    doc: 'Longest time for one call to a provider, in milliseconds.',
    min: 100,
    max: 300_000,
    fallback: 15_000,
  }),

  PROPERTIES_FILE: text({ doc: 'YAML file with the properties, their sources and agents.', ...path }),
  DEMO_CHATWOOT_URL: url(http, { doc: 'Chatwoot of the demo property; absent means it sends nothing.' }),
  DEMO_WHATSAPP_URL: url(http, { doc: 'WhatsApp API of the demo property; absent means it sends nothing.' }),
  DEMO_STANDARD_URL: url(http, { doc: 'Webhook receiver of the demo property; absent means it sends nothing.' }),

  DASHBOARD_TOKEN: secret({ doc: 'Token with which staff sign in to the dashboard.', neededInProduction: true }),
  DASHBOARD_ORIGINS: origins({
    doc: "Origins, beside the dashboard's own, whose pages may open its WebSocket; separated by commas.",
    fallback: [],
  }),
  SESSION_TTL_MS: integer({
    doc: 'Lifetime of a dashboard session, in milliseconds.',
    min: 1_000,
    max: 30 * DAY_MS,
    fallback: 8 * 3_600_000,
  }),
  ADMIN_TOKEN: secret({ doc: "Operator's bearer token for the dead letters.", neededInProduction: true }),
};

export type Catalogue = typeof catalogue;
export type SettingName = keyof Catalogue;

/** Values by environment name. */
export type SettingValues = { readonly [K in SettingName]: SettingValue<Catalogue[K]> };
