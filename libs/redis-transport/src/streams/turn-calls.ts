import { type Effect, type Lease, type Parking, type TurnCommit } from '@switchboard/delivery';
import { COMMIT, PARK } from '../scripts/commit.lua.js';
import { type ScriptCall } from '../scripts/script.js';
import { EffectEncoder } from './effect-encoder.js';
import { type Keys } from './keys.js';
import { type Leases } from './leases.js';
import { type Passing } from './outstanding.js';

/** Builds the calls that end turns. */
export class TurnCalls {
  constructor(
    private readonly keys: Keys,
    private readonly leases: Leases,
  ) {}

  /** @param named false leaves out the ids of entries that are only passed, which the script may refuse */
  commit(lease: Lease, turns: readonly TurnCommit[], passing: Passing, named: boolean): ScriptCall {
    const { stream, partition, group } = lease;
    const encoder = new EffectEncoder(this.keys, partition);
    const others = turns.filter(isMore);
    const args: (string | number)[] = [...this.leases.proof(lease), group, ...passing.args];
    if (named) {
      const plain = turns.flatMap((turn) => (isMore(turn) ? [] : turn.entryIds));
      args.push(plain.length, ...plain);
    } else args.push('-');
    args.push(others.length);
    for (const { entryIds, effects, forgetAttempts, key } of others) {
      args.push(forgetAttempts ? '1' : '0', entryIds.length, ...entryIds);
      encoder.encode(effects, key, args);
    }
    const keys = [
      this.keys.stream(stream, partition),
      this.leases.keyOf(lease),
      this.keys.attempts(stream, partition, group),
      this.keys.replaced(stream, partition, group),
      ...encoder.keys,
    ];
    return { script: COMMIT, keys, args };
  }

  park(lease: Lease, { key, entryId, token }: Parking, effects: readonly Effect[], passing: Passing): ScriptCall {
    const { stream, partition, group } = lease;
    const encoder = new EffectEncoder(this.keys, partition);
    const args: (string | number)[] = [...this.leases.proof(lease), group, ...passing.args, key, entryId, token];
    encoder.encode(effects, key, args);
    const keys = [
      this.keys.stream(stream, partition),
      this.leases.keyOf(lease),
      this.keys.attempts(stream, partition, group),
      this.keys.parked(stream, partition, group),
      ...encoder.keys,
    ];
    return { script: PARK, keys, args };
  }
}

/** False for a turn of which only the acknowledgement is left to do. */
function isMore({ effects, forgetAttempts }: TurnCommit): boolean {
  return forgetAttempts || effects.length > 0;
}
