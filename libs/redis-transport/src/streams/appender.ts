import { type AppendRequest, type AppendResult, partitionOf } from '@switchboard/delivery';
import { APPEND } from '../scripts/append.lua.js';
import { type ScriptCall } from '../scripts/script.js';
import { type ScriptReply, type ScriptRunner } from '../scripts/script-runner.js';
import { type AckPolicy, type AckReplicas } from './ack-policy.js';
import { EffectEncoder } from './effect-encoder.js';
import { type Keys } from './keys.js';
import { failureOf } from './store-failure.js';

export interface AppendOptions {
  readonly partitions: number;
  /** A message id is recognised at least this long. */
  readonly dedupWindowMs: number;
  /** Most unhandled entries of a partition before new input is refused; 0 for no limit. */
  readonly backlogLimit: number;
  /** Replicas that must have an append before it counts; 0 asks none. */
  readonly ackReplicas: AckReplicas;
  /** Longest wait for those replicas. */
  readonly ackTimeoutMs: number;
}

interface Group {
  readonly requests: AppendRequest[];
  readonly places: number[];
}

/** Appends many messages in one round trip: one script per stream and partition, then one WAIT on the same connection. */
export class Appender {
  constructor(
    private readonly runner: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: AppendOptions,
    private readonly ackPolicy: AckPolicy,
  ) {}

  async append(requests: readonly AppendRequest[]): Promise<AppendResult[]> {
    const groups = this.group(requests);
    let replicas: number;
    try {
      replicas = await this.ackPolicy.required();
    } catch (error) {
      // How safe an append would be is not known, so none is made.
      return requests.map(() => failureOf(error as Error));
    }
    const calls = groups.map(({ partition, group }) => this.call(partition, group.requests));
    const wait = replicas > 0 ? { replicas, timeoutMs: this.options.ackTimeoutMs } : undefined;
    const replies = await this.runner.run(calls, wait);
    const results = new Array<AppendResult>(requests.length);
    groups.forEach(({ group }, i) => {
      const decoded = decode(replies[i] as ScriptReply, group.requests.length);
      group.places.forEach(
        (place, n) => (results[place] = Array.isArray(decoded) ? (decoded[n] as AppendResult) : decoded),
      );
    });
    return results;
  }

  private group(requests: readonly AppendRequest[]): { partition: number; group: Group }[] {
    const groups = new Map<string, { partition: number; group: Group }>();
    requests.forEach((request, place) => {
      const partition = partitionOf(request.key, this.options.partitions);
      const name = `${request.stream} ${partition}`;
      let found = groups.get(name);
      if (!found) groups.set(name, (found = { partition, group: { requests: [], places: [] } }));
      found.group.requests.push(request);
      found.group.places.push(place);
    });
    return [...groups.values()];
  }

  private call(partition: number, requests: readonly AppendRequest[]): ScriptCall {
    const { stream } = requests[0] as AppendRequest;
    const encoder = new EffectEncoder(this.keys, partition);
    const mixed = !requests.every(isPlain);
    const { dedupWindowMs, backlogLimit } = this.options;
    const args: (string | number)[] = [dedupWindowMs, backlogLimit, mixed ? 'mixed' : 'plain', requests.length];
    for (const { id } of requests) args.push(id);
    for (const request of requests) {
      const { key, data, onlyGroup = '', delayMs = 0, effects = [] } = request;
      args.push(key, data);
      if (!mixed) continue;
      if (isPlain(request)) args.push('');
      else {
        args.push('more', onlyGroup, Math.ceil(delayMs));
        encoder.encode(effects, key, args);
      }
    }
    const keys = [
      this.keys.stream(stream, partition),
      ...this.keys.dedup(stream, partition),
      ...this.keys.delayed(stream, partition),
      ...encoder.keys,
    ];
    return { script: APPEND, keys, args };
  }
}

/** True for a message that is only appended, at once and for all groups. */
function isPlain({ onlyGroup = '', delayMs = 0, effects = [] }: AppendRequest): boolean {
  return onlyGroup === '' && delayMs <= 0 && effects.length === 0;
}

function decode(result: ScriptReply, count: number): AppendResult[] | AppendResult {
  if ('error' in result) return failureOf(result.error);
  const items = (result.reply as string).split(' ');
  return Array.from({ length: count }, (_, i) => resultOf(items[i] as string));
}

function resultOf(item: string): AppendResult {
  if (item === '!') return { status: 'backlog' };
  return item.startsWith('=') ? { status: 'duplicate', entryId: item.slice(1) } : { status: 'stored', entryId: item };
}
