import { Streams } from '@switchboard/message-schema';
import { LoggedProcess } from './logged-process.js';

export interface WebServerOptions {
  readonly redisPort: number;
  /** Folder of the spool; without one there is no spool. */
  readonly spoolDir?: string | undefined;
  readonly profileFolder?: string | undefined;
}

/** A server that takes webhooks, and where it stores them. */
export interface WebContestant {
  readonly name: string;
  /** Pattern of its streams' keys. */
  readonly streams: string;
  start(options: WebServerOptions): Promise<LoggedProcess>;
}

/** The built service with its defaults, and the demo property. */
export const ingress: WebContestant = {
  name: 'ingress',
  streams: `sb:${Streams.inbound}:{p*}`,
  start: ({ redisPort, spoolDir, profileFolder }) =>
    LoggedProcess.start({
      main: 'apps/ingress/dist/main.js',
      env: {
        HOST: '127.0.0.1',
        PORT: '0',
        NODE_ENV: 'development',
        REDIS_URL: `redis://127.0.0.1:${redisPort}`,
        ...(spoolDir === undefined ? {} : { SPOOL_DIR: spoolDir }),
      },
      profileFolder,
    }),
};

export const bareFastify: WebContestant = {
  name: 'bare-fastify',
  streams: 'bench',
  start: ({ redisPort, profileFolder }) =>
    LoggedProcess.start({
      main: 'tools/dist/bench/web/bare-webhooks.process.js',
      args: [String(redisPort)],
      profileFolder,
    }),
};
