import { type Redis } from 'ioredis';
import { KnownScripts } from './known-scripts.js';
import { type ScriptCall } from './script.js';

/** The reply, or the error as a value: one failed call of many says nothing about the others. */
export type ScriptReply = { readonly reply: unknown } | { readonly error: Error };

/** Replicas that must have a call's writes before its reply counts. */
export interface ReplicaWait {
  readonly replicas: number;
  readonly timeoutMs: number;
}

/** `EVAL` carries the script's text, which the server then knows. */
type Verb = 'EVALSHA' | 'EVAL';

/** In a cluster, a server that has not answered this long after the others is not waited for. */
const STRAGGLER_MS = 500;

/** Runs scripts by hash, many in one round trip; a server that may not know one (restart, SCRIPT FLUSH) is sent its text. */
export class ScriptRunner {
  private readonly known: KnownScripts;

  constructor(
    private readonly client: Redis,
    private readonly clustered: boolean,
  ) {
    this.known = KnownScripts.of(client, clustered);
  }

  /**
   * Replies in the order of the calls. Never rejects. With `wait`, WAIT goes out behind the calls on the same connection
   * (on another one it says nothing about them), and without enough replicas the replies are errors. In a cluster a dead
   * server costs the calls to the others `STRAGGLER_MS` at most; its own calls are then errors, whatever becomes of them.
   */
  async run(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    const replies = await this.send(calls, wait);
    const unknown = calls.filter((_, i) => isNoScript(replies[i]));
    if (unknown.length === 0) return replies;
    for (const call of unknown) this.known.delete(call);
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

  private async send(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    if (!this.clustered) return this.sendTogether(calls, wait);
    const pending = calls.map((call) => (wait ? this.sendConfirmed(call, wait) : this.sendAlone(call)));
    return withoutStragglers(pending, STRAGGLER_MS + (wait?.timeoutMs ?? 0));
  }

  /**
   * Commands sent in one tick go out in order without waiting, as in ioredis's pipeline, which besides joins them all into
   * one text first; that costs more than everything else about a call.
   */
  private async sendTogether(calls: readonly ScriptCall[], wait?: ReplicaWait): Promise<ScriptReply[]> {
    const pending = calls.map((call) => this.sendAlone(call));
    const confirmation = wait ? settled(this.client.call('WAIT', [wait.replicas, wait.timeoutMs])) : undefined;
    const replies = await Promise.all(pending);
    const missing = wait ? shortOf(wait, await confirmation) : undefined;
    return missing ? replies.map((reply) => ('error' in reply ? reply : { error: missing })) : replies;
  }

  private async sendAlone(call: ScriptCall): Promise<ScriptReply> {
    const verb = this.verbFor(call);
    const reply = await settled(this.client.call(verb, argumentsOf(call, verb)));
    if (verb === 'EVAL' && 'reply' in reply) this.known.add(call);
    return reply;
  }

  private verbFor(call: ScriptCall): Verb {
    return this.known.has(call) ? 'EVALSHA' : 'EVAL';
  }

  /**
   * In a cluster only a pipeline keeps WAIT on the connection of its call: sent alone it has no key and goes to any node.
   * A pipeline with a WAIT that was answered does not follow MOVED, so the client is made to follow it by a read of the key,
   * and the call goes out once more.
   */
  private async sendConfirmed(call: ScriptCall, wait: ReplicaWait): Promise<ScriptReply> {
    const reply = await this.pipeline(call, wait);
    const [key] = call.keys;
    if (!('error' in reply) || !reply.error.message.startsWith('MOVED') || key === undefined) return reply;
    await settled(this.client.exists(key));
    return this.pipeline(call, wait);
  }

  private async pipeline(call: ScriptCall, wait: ReplicaWait): Promise<ScriptReply> {
    const verb = this.verbFor(call);
    const pipeline = this.client.pipeline();
    pipeline.call(verb, ...argumentsOf(call, verb));
    pipeline.call('WAIT', wait.replicas, wait.timeoutMs);
    const result = await settled(pipeline.exec());
    if ('error' in result) return result;
    const [reply, confirmation] = ((result.reply as [Error | null, unknown][] | null) ?? []).map(asReply);
    if (!reply || 'error' in reply) return reply ?? { error: new Error('no reply') };
    if (verb === 'EVAL') this.known.add(call);
    const missing = shortOf(wait, confirmation);
    return missing ? { error: missing } : reply;
  }
}

function argumentsOf({ script, keys, args }: ScriptCall, verb: Verb): (string | number)[] {
  return [verb === 'EVAL' ? script.lua : script.sha, keys.length, ...keys, ...args];
}

function settled(pending: Promise<unknown>): Promise<ScriptReply> {
  return pending.then(
    (reply) => ({ reply }),
    (error: unknown) => ({ error: error as Error }),
  );
}

function asReply([error, reply]: [Error | null, unknown]): ScriptReply {
  return error ? { error } : { reply };
}

/** All replies; those that have not come `patienceMs` after the first one are errors. A single call has nobody to hold up. */
async function withoutStragglers(pending: readonly Promise<ScriptReply>[], patienceMs: number): Promise<ScriptReply[]> {
  if (pending.length < 2) return Promise.all(pending);
  let timer: NodeJS.Timeout | undefined;
  const late = Promise.race(pending).then(
    () =>
      new Promise<ScriptReply>((resolve) => {
        timer = setTimeout(
          () => resolve({ error: new Error('this server does not answer as the others do') }),
          patienceMs,
        );
      }),
  );
  const replies = await Promise.all(pending.map((reply) => Promise.race([reply, late])));
  clearTimeout(timer);
  return replies;
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
