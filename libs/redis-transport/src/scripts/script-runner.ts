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

/** Runs scripts by hash, many in one round trip; a server that does not know one (restart, SCRIPT FLUSH) is taught it. */
export class ScriptRunner {
  constructor(
    private readonly client: Redis,
    private readonly clustered: boolean,
  ) {}

  /** Replies in the order of the calls. Never rejects. */
  async run(calls: readonly ScriptCall[], trailer?: readonly (string | number)[]): Promise<ScriptReply[]> {
    const replies = await this.send(calls, trailer);
    const unknown = calls.filter((_, i) => isNoScript(replies[i]));
    if (unknown.length === 0) return replies;
    await this.teach(unknown);
    const second = await this.send(unknown, trailer);
    let next = 0;
    const merged = calls.map((_, i) => (isNoScript(replies[i]) ? (second[next++] as ScriptReply) : (replies[i] as ScriptReply)));
    return trailer ? [...merged, second[second.length - 1] as ScriptReply] : merged;
  }

  /** One call. @throws the script's error. */
  async one(call: ScriptCall): Promise<unknown> {
    const [result] = await this.run([call]);
    if (!result || 'error' in result) throw result?.error ?? new Error('no reply');
    return result.reply;
  }

  private async send(calls: readonly ScriptCall[], trailer?: readonly (string | number)[]): Promise<ScriptReply[]> {
    if (this.clustered) return Promise.all(calls.map((call) => this.sendAlone(call)));
    const pipeline = this.client.pipeline();
    for (const { script, keys, args } of calls) pipeline.call('EVALSHA', script.sha, keys.length, ...keys, ...args);
    if (trailer) pipeline.call(String(trailer[0]), ...trailer.slice(1));
    return this.settled(pipeline.exec(), calls.length + (trailer ? 1 : 0));
  }

  private sendAlone({ script, keys, args }: ScriptCall): Promise<ScriptReply> {
    return this.client.evalsha(script.sha, keys.length, ...keys, ...args).then(
      (reply) => ({ reply }),
      (error: Error) => ({ error }),
    );
  }

  private async settled(pending: Promise<[Error | null, unknown][] | null>, count: number): Promise<ScriptReply[]> {
    try {
      const results = await pending;
      return (results ?? []).map(([error, reply]) => (error ? { error } : { reply }));
    } catch (error) {
      return Array.from({ length: count }, () => ({ error: error as Error }));
    }
  }

  private async teach(calls: readonly ScriptCall[]): Promise<void> {
    const scripts = new Map(calls.map(({ script }) => [script.sha, script]));
    for (const { lua } of scripts.values()) {
      if (this.clustered) await this.teachAllNodes(lua);
      else await this.client.script('LOAD', lua).catch(() => undefined);
    }
  }

  private async teachAllNodes(lua: string): Promise<void> {
    const cluster = this.client as unknown as { nodes(role: 'master'): Redis[] };
    await Promise.all(cluster.nodes('master').map((node) => node.script('LOAD', lua).catch(() => undefined)));
  }
}

function isNoScript(reply: ScriptReply | undefined): boolean {
  return reply !== undefined && 'error' in reply && reply.error.message.startsWith('NOSCRIPT');
}
