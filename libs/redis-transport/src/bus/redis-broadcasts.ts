import { type Redis } from 'ioredis';
import { type AuditLine, type Broadcasts, type HeardSubscription } from '@switchboard/message-bus';
import { type ScriptRunner } from '../scripts/script-runner.js';
import { EffectEncoder } from '../streams/effect-encoder.js';
import { type Keys } from '../streams/keys.js';
import { type Topics } from '../topics/topics.js';
import { whenReady } from '../topics/when-ready.js';
import { auditEffects } from './audit-lines.js';
import { BROADCAST } from './broadcast.lua.js';
import { MailboxKeys } from './mailbox-keys.js';

/** Broadcasts on Pub/Sub. */
export class RedisBroadcasts implements Broadcasts {
  constructor(
    private readonly topics: Topics,
    private readonly parts: { readonly command: Redis; readonly runner: ScriptRunner; readonly keys: Keys },
    private readonly partitions: number,
  ) {}

  async publish(topic: string, sender: string, data: string, audit: readonly AuditLine[]): Promise<number> {
    const { command, keys, runner } = this.parts;
    // A broadcast that waits for a connection may come long after its publisher has given up.
    await whenReady(command);
    const { partition, numbers } = new MailboxKeys(keys, topic, this.partitions);
    const encoder = new EffectEncoder(keys, partition);
    const args: (string | number)[] = [sender, keys.channel(topic), data];
    encoder.encode(auditEffects(audit), topic, args);
    return Number(await runner.one({ script: BROADCAST, keys: [numbers, ...encoder.keys], args }));
  }

  async tell(topic: string, data: string): Promise<void> {
    await this.topics.publish(topic, data);
  }

  subscribe(
    patterns: readonly string[],
    options: { readonly signal: AbortSignal; readonly onGap: () => void },
  ): HeardSubscription {
    return this.topics.subscribe(patterns, options);
  }
}
