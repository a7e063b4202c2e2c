import { type Redis } from 'ioredis';
import { type Script } from './script.js';

/** One call of a script. */
export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** The reply, or the error as a value: one failed call of many says nothing about the others. */
export type ScriptReply = { readonly reply: unknown } | { readonly error: Error };

/** Replicas that must have a call's writes before its reply counts. */
export interface ReplicaWait {
  readonly replicas: number;
  readonly timeoutMs: number;
}

/** Runs scripts by hash, many in one round trip; a server that does not know one (restart, SCRIPT FLUSH) is taught it. */
export class ScriptRunner {
  constructor(
    private readonly client: Redis,
    private readonly clustered: boolean,
  ) {}

  /**
   * Replies in the order of the calls. Never rejects. With `wait`, WAIT goes out behind the calls on the same connection
   * (on another one it says nothing about them), and without enough replicas the replies are errors.
   */
  async run(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    const replies = await this.send(calls, wait);
    const unknown = calls.filter((_, i) => isNoScript(replies[i]));
    if (unknown.length === 0) return replies;
    await this.teach(unknown);
    const again = await this.send(unknown, wait);
    let next = 0;
    return replies.map((reply) => (isNoScript(reply) ? (again[next++] as ScriptReply) : reply));
  }

  /** One call. @throws the script's error. */
  async one(call: ScriptCall): Promise<unknown> {
    const [result] = await this.run([call]);
    if (!result || 'error' in result) throw result?.error ?? new Error('no reply');
    return result.reply;
  }

  /** In a cluster each call is a pipeline of its own, since the nodes differ. */
  private async send(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    if (!this.clustered) return this.pipeline(calls, wait);
    return (await Promise.all(calls.map((call) => this.pipeline([call], wait)))).flat();
  }

  private async pipeline(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    const pipeline = this.client.pipeline();
    for (const { script, keys, args } of calls) pipeline.call('EVALSHA', script.sha, keys.length, ...keys, ...args);
    if (wait) pipeline.call('WAIT', wait.replicas, wait.timeoutMs);
    const replies = await settled(pipeline.exec(), calls.length + (wait ? 1 : 0));
    const missing = wait ? shortOf(wait, replies.pop()) : undefined;
    return missing ? replies.map((reply) => ('error' in reply ? reply : { error: missing })) : replies;
  }

  private async teach(calls: readonly ScriptCall[]): Promise<void> {
    const scripts = new Map(calls.map(({ script }) => [script.sha, script]));
    for (const { lua } of scripts.values()) {
      await Promise.all(this.nodes().map((node) => node.script('LOAD', lua).catch(() => undefined)));
    }
  }

  private nodes(): Redis[] {
    return this.clustered
      ? (this.client as unknown as { nodes(role: 'master'): Redis[] }).nodes('master')
      : [this.client];
  }
}

async function settled(pending: Promise<[Error | null, unknown][] | null>, count: number): Promise<ScriptReply[]> {
  try {
    const results = (await pending) ?? [];
    return results.map(([error, reply]) => (error ? { error } : { reply }));
  } catch (error) {
    return Array.from({ length: count }, () => ({ error: error as Error }));
  }
}

/** What is missing when too few replicas have it: the entries are stored, but not as safely as asked. */
function shortOf({ replicas }: ReplicaWait, reply: ScriptReply | undefined): Error | undefined {
  if (!reply || 'error' in reply) return reply?.error ?? new Error('no reply to WAIT');
  if (Number(reply.reply) >= replicas) return undefined;
  return new Error(`${String(reply.reply)} of ${replicas} replicas confirmed the append`);
}

function isNoScript(reply: ScriptReply | undefined): boolean {
  return reply !== undefined && 'error' in reply && reply.error.message.startsWith('NOSCRIPT');
}
