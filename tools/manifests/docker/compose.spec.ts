import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadSettings, type SettingsName } from '@switchboard/service-kit';
import { parse } from 'yaml';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '..', '..', '..', 'docker');

interface Service {
  image: string;
  build?: { args: { APP: string } };
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  restart?: string;
  environment?: Record<string, string>;
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }> | string[];
  volumes?: string[];
  secrets?: string[];
  ports?: string[];
  stop_grace_period?: string;
  networks: string[];
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { file: string }>;
}

const ours = ['ingress', 'dashboard-broadcaster', 'dead-letter-reprocessor', 'agent-consumer', 'outbound-sender'];

/** With the defaults that compose puts in for `${NAME:-default}`. */
const filled = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('the compose file', () => {
  let compose: Compose;

  beforeAll(async () => {
    const text = await readFile(join(folder, 'compose.yaml'), 'utf8');
    compose = parse(filled(text), { merge: true }) as Compose;
  });

  const failing = (demand: (service: Service, name: string) => boolean): string[] =>
    Object.entries(compose.services)
      .filter(([name, service]) => !demand(service, name))
      .map(([name]) => name);

  it('runs the five services, Redis, Prometheus and Grafana', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...ours, 'grafana', 'prometheus', 'redis', 'redis-exporter'].sort(),
    );
    for (const name of ours) expect(compose.services[name]?.build?.args.APP).toBe(name);
  });

  it('confines every container: no writing, no capabilities, no more rights, bounded memory', () => {
    expect(failing(({ read_only }) => read_only === true)).toEqual([]);
    expect(failing(({ cap_drop }) => cap_drop?.join() === 'ALL')).toEqual([]);
    expect(failing(({ security_opt }) => security_opt?.join() === 'no-new-privileges:true')).toEqual([]);
    expect(failing(({ mem_limit }) => /^\d+[mg]$/.test(mem_limit ?? ''))).toEqual([]);
    expect(failing(({ restart }) => restart === 'unless-stopped')).toEqual([]);
    expect(failing(({ image }) => /:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });

  it('starts no service before Redis is healthy', () => {
    expect(compose.services['redis']?.healthcheck).toBeDefined();
    for (const name of ours) {
      expect(compose.services[name]?.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    }
  });

  it('gives a stopping service more time than it takes', () => {
    for (const name of ours) {
      const { environment = {}, stop_grace_period = '' } = compose.services[name] as Service;
      const needed = Number(environment['SHUTDOWN_GRACE_MS'] ?? 25_000) / 1_000;
      expect([name, Number.parseInt(stop_grace_period, 10) >= needed + 5]).toEqual([name, true]);
    }
  });

  it('holds no secret: they are files, and all files it names are there', async () => {
    const secret = /(PASSWORD|TOKEN|SECRET|KEY)$/;
    expect(failing(({ environment = {} }) => !Object.keys(environment).some((name) => secret.test(name)))).toEqual([]);
    const named = Object.values(compose.services).flatMap((service) => service.secrets ?? []);
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.secrets)));
    const files = Object.values(compose.secrets).map(({ file }) => file);
    const mounts = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.map((v) => v.split(':')[0] ?? ''),
    );
    for (const file of [...files, ...mounts.filter((mount) => mount.startsWith('.'))]) await access(join(folder, file));
  });

  it('keeps the messages that wait for Redis in a volume', () => {
    const { environment = {}, volumes = [] } = compose.services['ingress'] as Service;
    const folder = volumes.find((volume) => volume.startsWith('ingress-spool:'))?.split(':')[1];
    expect(environment['SPOOL_DIR']?.startsWith(`${folder}/`)).toBe(true);
  });

  it('lets Redis talk to nobody outside, and publishes nothing of it', () => {
    expect(compose.services['redis']?.networks).toEqual(['data']);
    expect(compose.networks['data']?.internal).toBe(true);
    expect(compose.services['redis']?.ports).toBeUndefined();
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it.each(ours)('gives %s settings that let it start', (name) => {
    const { environment = {} } = compose.services[name] as Service;
    const env = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        key,
        value.replace('/run/secrets', join(folder, 'dev', 'secrets')).replace('/etc/switchboard', join(folder, 'dev')),
      ]),
    );
    const own = Object.keys(env).filter((key) => !key.startsWith('REDIS_') && key !== 'PROPERTIES_FILE');
    const groups = ['REDIS', ...(env['PROPERTIES_FILE'] ? ['PROPERTIES'] : [])];
    const names = [...groups, ...own.map((key) => key.replace(/_FILE$/, ''))] as SettingsName[];
    expect(loadSettings(names, env)).toMatchObject({ redis: { url: 'redis://redis:6379' } });
  });
});

describe('what the compose file mounts', () => {
  it('is a configuration that Prometheus understands, with every service in it', async () => {
    const file = join(folder, 'prometheus', 'prometheus.yaml');
    await run('promtool', ['check', 'config', '--syntax-only', file]).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new Error('There is no promtool, and it checks the configuration. On Debian: apt-get install prometheus');
    });
    const text = await readFile(file, 'utf8');
    for (const name of ours) expect(text).toContain(`- ${name}:300`);
  });

  it('is a Redis that evicts nothing and keeps what it was told', async () => {
    const text = await readFile(join(folder, 'redis', 'redis.conf'), 'utf8');
    expect(text).toMatch(/^appendonly yes$/m);
    expect(text).toMatch(/^appendfsync always$/m);
    expect(text).toMatch(/^maxmemory-policy noeviction$/m);
    expect(text).not.toContain('requirepass');
  });
});
