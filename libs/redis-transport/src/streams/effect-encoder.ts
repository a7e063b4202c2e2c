import { checkEffect, type Effect } from '@switchboard/delivery';
import { type Keys } from './keys.js';

/** Encodes effects for the scripts (see `effects.lua.ts`) and collects the keys they touch. */
export class EffectEncoder {
  readonly keys: string[] = [];
  private readonly indexes = new Map<string, number>();

  constructor(
    private readonly names: Keys,
    private readonly partition: number,
  ) {}

  encode(effects: readonly Effect[], conversation: string, args: (string | number)[]): void {
    args.push(effects.length);
    for (const effect of effects) {
      checkEffect(effect);
      const key = this.indexOf(this.names.stream(effect.stream, this.partition));
      if (effect.kind === 'message') args.push('m', key, conversation, effect.id, effect.data);
      else {
        const channel = effect.announceOn ? this.names.channel(effect.announceOn) : '';
        args.push('l', key, effect.cap, channel, this.partition, effect.fields.length, ...effect.fields);
      }
    }
  }

  private indexOf(key: string): number {
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = this.keys.push(key);
      this.indexes.set(key, index);
    }
    return index;
  }
}
