import { createHash } from 'node:crypto';

/** Keys of one scope. */
export interface ScopeKeys {
  readonly sent: string;
  readonly waiting: string;
  readonly state: string;
}

/** Names the keys of one account's limits: `<prefix>rate:{<account>}:…`. They share a Cluster slot. */
export class RateKeys {
  private readonly start: string;

  /** @throws RangeError for an account that would end the hash tag. */
  constructor(prefix: string, account: string) {
    if (account === '' || /[{}]/.test(account)) throw new RangeError('an account cannot have this name');
    this.start = `${prefix}rate:{${account}}`;
  }

  /** Numbers the tickets of the account in the order in which they were asked for. */
  get numbers(): string {
    return `${this.start}:numbers`;
  }

  ticket(id: string): string {
    return `${this.start}:ticket:${hashed(id)}`;
  }

  /** Names of scopes hold phone numbers, which stand in no key. */
  scope(name: string): ScopeKeys {
    const scope = `${this.start}:${hashed(name)}`;
    return { sent: `${scope}:sent`, waiting: `${scope}:waiting`, state: `${scope}:state` };
  }
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
