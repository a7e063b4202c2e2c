import { spawn } from 'node:child_process';
import { type Socket } from 'node:net';

/** Runs apart from us and removes the containers it was told of when the pipe to us ends. */
const script = `
const http = require('node:http');
const held = new Set();
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) line[0] === '+' ? held.add(line.slice(1)) : held.delete(line.slice(1));
});
process.stdin.on('end', () => {
  for (const id of held) {
    const path = '/containers/' + id + '?force=true&v=true';
    http.request({ socketPath: process.argv[1], method: 'DELETE', path }).on('error', () => {}).end();
  }
});
`;

/**
 * Sees to it that containers do not outlive this process, however it ends: what testcontainers' Ryuk does, without a
 * second image. One reaper serves one launcher and ends with `close`.
 */
export class ContainerReaper {
  private readonly pipe: Socket;

  constructor(engineSocket: string) {
    const child = spawn(process.execPath, ['-e', script, engineSocket], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: { PATH: process.env['PATH'] },
    });
    this.pipe = child.stdin as unknown as Socket;
    this.pipe.on('error', () => undefined);
    child.on('error', () => undefined);
    child.unref();
    this.pipe.unref();
  }

  hold(containerId: string): void {
    this.pipe.write(`+${containerId}\n`);
  }

  release(containerId: string): void {
    this.pipe.write(`-${containerId}\n`);
  }

  close(): void {
    this.pipe.end();
  }
}
