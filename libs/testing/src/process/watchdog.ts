import { spawn } from 'node:child_process';
import { type Socket } from 'node:net';

/**
 * A tiny shell at the other end of a pipe. It keeps a list of process groups and folders; when the pipe ends, because
 * this process is gone in whatever way (SIGKILL too), it kills the groups and removes the folders. A stopped process
 * dies by SIGKILL as well. What this process has cleaned up itself is taken off the list, so that a reused number is
 * never hit.
 */
const script = `
set --
while read -r verb item; do
  if [ "$verb" = hold ]; then
    set -- "$@" "$item"
  else
    left=$#
    while [ "$left" -gt 0 ]; do
      held=$1
      shift
      [ "$held" = "$item" ] || set -- "$@" "$held"
      left=$((left - 1))
    done
  fi
done
for item; do case $item in group:*) kill -9 "-\${item#group:}" 2>/dev/null ;; esac; done
for item; do case $item in folder:*) rm -rf -- "\${item#folder:}" ;; esac; done
`;

const held = new Set<string>();
let pipe: Socket | undefined;

/**
 * Sees to it that a process group, or a folder, does not outlive this process. A folder is removed with all it holds:
 * name only folders that were made for the purpose.
 */
export function holdForCleanup(kind: 'group' | 'folder', value: number | string): void {
  const item = `${kind}:${value}`;
  if (item.includes('\n')) throw new Error('A path with a line break cannot be watched');
  pipe ??= startWatchdog();
  held.add(item);
  pipe.write(`hold ${item}\n`);
}

/** The process group has ended, or the folder is removed: nothing is left to clean up. */
export function releaseFromCleanup(kind: 'group' | 'folder', value: number | string): void {
  const item = `${kind}:${value}`;
  if (!held.delete(item) || !pipe) return;
  pipe.write(`release ${item}\n`);
  if (held.size > 0) return;
  pipe.end();
  pipe = undefined;
}

function startWatchdog(): Socket {
  // Its own session, so that Ctrl-C in the terminal does not end it before its work.
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const input = shell.stdin as unknown as Socket;
  // A watchdog that somebody ended takes nothing with it: the tests clean up themselves in the ordinary way.
  input.on('error', () => undefined);
  shell.on('error', () => undefined);
  shell.unref();
  input.unref();
  return input;
}
