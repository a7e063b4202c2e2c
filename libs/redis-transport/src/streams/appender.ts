import { type AppendRequest, type AppendResult, partitionOf } from '@switchboard/delivery';
import { APPEND } from '../scripts/append.lua.js';
import { type ScriptCall, type ScriptReply, type ScriptRunner } from '../scripts/script-runner.js';
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
    const replicas = await this.ackPolicy.required();
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
    const args: (string | number)[] = [this.options.dedupWindowMs, this.options.backlogLimit, requests.length];
    for (const { key, id, data, onlyGroup, delayMs, effects } of requests) {
      args.push(key, id, data, onlyGroup ?? '', Math.ceil(delayMs ?? 0));
      encoder.encode(effects ?? [], key, args);
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

function decode(result: ScriptReply, count: number): AppendResult[] | AppendResult {
  if ('error' in result) return failureOf(result.error);
  const items = result.reply as string[];
  return Array.from({ length: count }, (_, i): AppendResult => {
    const entryId = items[i * 2 + 1] as string;
    const mark = items[i * 2];
    if (mark === '1') return { status: 'stored', entryId };
    return mark === '0' ? { status: 'duplicate', entryId } : { status: 'backlog' };
  });
}
