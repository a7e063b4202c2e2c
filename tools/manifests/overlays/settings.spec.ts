import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, type SettingsName } from '@switchboard/service-kit';
import { type Container, type Manifests, type Workload } from './manifests.js';
import { type Overlay, overlays, renderOverlay } from './render-overlay.js';

/** Where the manifests mount what the settings point at. */
const MOUNTS = '/etc/switchboard';

/** What the maker of the Secret "channels" would put in, where an overlay leaves it to them. */
const channelSecrets: Record<string, string> = {
  'whatsapp-app-secret': 'a-secret',
  'whatsapp-verify-token': 'a-verify-token',
  'whatsapp-token': 'a-token',
  'chatwoot-webhook-secret': 'b-secret',
  'chatwoot-token': 'b-token',
};

describe.each(overlays)('the settings of the overlay %s', (overlay) => {
  let manifests: Manifests;
  let folder: string;

  beforeAll(async () => {
    manifests = await renderOverlay(overlay);
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-settings-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['ingress', 'agent-consumer', 'outbound-sender', 'dashboard-broadcaster', 'dead-letter-reprocessor'])(
    'let %s start',
    async (name) => {
      const workload = manifests.workload(name);
      await layOut(folder, { manifests, workload, overlay });
      const env = environmentOf(workload.containers[0] as Container, manifests, folder);
      const settings = loadSettings(namesIn(env), env) as Record<string, unknown>;
      expect(settings['redis']).toMatchObject({
        masterName: 'mymaster',
        username: name,
        password: expect.any(String) as string,
        sentinelUsername: 'app',
        sentinelPassword: expect.any(String) as string,
      });
    },
  );

  it('refuse the start when a mounted password is missing', async () => {
    const workload = manifests.workload('ingress');
    await layOut(folder, { manifests, workload, overlay });
    await rm(join(folder, 'redis', 'password'));
    const env = environmentOf(workload.containers[0] as Container, manifests, folder);
    expect(() => loadSettings(namesIn(env), env)).toThrow('REDIS_PASSWORD');
  });
});

interface Scene {
  readonly manifests: Manifests;
  readonly workload: Workload;
  readonly overlay: Overlay;
}

/** Writes the files that the pod would see below `MOUNTS`. */
async function layOut(folder: string, { manifests, workload, overlay }: Scene): Promise<void> {
  for (const { name, mountPath } of workload.containers[0]?.volumeMounts ?? []) {
    if (!mountPath.startsWith(MOUNTS)) continue;
    const volume = workload.pod.volumes?.find((candidate) => candidate.name === name);
    const files =
      overlay !== 'dev' && volume?.secret
        ? madeOutside(volume.secret.secretName)
        : filesOf(manifests, volume?.configMap?.name ?? volume?.secret?.secretName ?? '');
    const target = join(folder, mountPath.slice(MOUNTS.length));
    await mkdir(target, { recursive: true });
    for (const [file, content] of Object.entries(files)) await writeFile(join(target, file), content);
  }
}

function filesOf(manifests: Manifests, name: string): Record<string, string> {
  const config = manifests.named('ConfigMap', name)?.data;
  if (config) return config;
  const secret = manifests.named('Secret', name)?.data ?? {};
  return Object.fromEntries(
    Object.entries(secret).map(([file, text]) => [file, Buffer.from(text, 'base64').toString()]),
  );
}

/** As k8s/make-secrets.sh makes them. */
function madeOutside(name: string): Record<string, string> {
  if (name === 'channels') return channelSecrets;
  if (name.endsWith('-redis')) return { password: 'p1', 'sentinel-password': 'p2' };
  return { 'dashboard-token': 't1', 'admin-token': 't2' };
}

function environmentOf(container: Container, manifests: Manifests, folder: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    Object.assign(env, manifests.named('ConfigMap', configMapRef?.name ?? '')?.data);
  }
  for (const { name, value = '' } of container.env ?? []) env[name] = value.replace(MOUNTS, folder);
  return env;
}

/** The settings that an environment gives, and the groups that every service reads. */
function namesIn(env: Record<string, string>): SettingsName[] {
  const own = Object.keys(env)
    .filter((name) => name !== 'NODE_OPTIONS' && !name.startsWith('REDIS_') && name !== 'PROPERTIES_FILE')
    .map((name) => name.replace(/_FILE$/, ''));
  return ['REDIS', ...(env['PROPERTIES_FILE'] ? ['PROPERTIES'] : []), ...own] as SettingsName[];
}
