import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Finding } from './redis-source.js';

/** Longest wait for an image to be pulled; then the next way is tried. */
const PULL_TIMEOUT_MS = 60_000;

/** Longest wait for an engine's answer. */
const PING_TIMEOUT_MS = 2_000;

/**
 * Whether a Docker engine on this machine answers and has the image, or can get it. Engines on other machines are passed
 * over: their ports and folders are not ours.
 */
export async function probeContainerEngine(image: string): Promise<Finding> {
  if (!(await answeringSocket())) return { absent: 'no Docker engine answers on this machine' };
  try {
    const { info, image: images } = await containerClient();
    if (info.containerRuntime.host !== 'localhost') return { absent: 'the Docker engine runs on another machine' };
    const { ImageName } = await import('testcontainers');
    const name = ImageName.fromString(image);
    const had = (await images.exists(name)) || (await inTime(PULL_TIMEOUT_MS, images.pull(name)));
    if (had) return { source: { kind: 'container', image } };
  } catch (error) {
    return {
      absent: `the Docker engine cannot be used (${error instanceof Error ? error.message : 'unknown reason'})`,
    };
  }
  return { absent: `the Docker engine has no image ${image} and cannot pull it` };
}

async function inTime(timeoutMs: number, work: Promise<void>): Promise<boolean> {
  const done = work.then(
    () => true,
    () => false,
  );
  const alarm = new AbortController();
  const late = pause(timeoutMs, false, { signal: alarm.signal });
  late.catch(() => undefined);
  try {
    return await Promise.race([done, late]);
  } finally {
    alarm.abort();
  }
}

/**
 * The engine's client of testcontainers. Its own cleaner, Ryuk, needs a second image: unless somebody asked for it, it is
 * switched off, and `reapContainers` does the work.
 */
export async function containerClient() {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient();
}

/** Path of the socket of the first engine that answers; looked for where testcontainers looks. */
export async function answeringSocket(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const socket of socketsToTry(env)) if (await answersPing(socket)) return socket;
  return undefined;
}

function socketsToTry(env: NodeJS.ProcessEnv): string[] {
  const named = env['DOCKER_HOST'];
  if (named) return named.startsWith('unix://') ? [named.slice('unix://'.length)] : [];
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, '.docker', 'run', 'docker.sock'), join(runtime, 'docker.sock')] : []),
    join(homedir(), '.docker', 'run', 'docker.sock'),
    join(homedir(), '.docker', 'desktop', 'docker.sock'),
  ].filter((socket) => existsSync(socket));
}

/** https://docs.docker.com/reference/api/engine/ `GET /_ping` */
function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}
