import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** Finds all addresses of a host. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The name leads to an address that must not be called. Does not tell which: the answer may go to whoever chose it. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor() {
    super('the host has an address that is not of the public internet');
    this.name = 'AddressRefused';
  }
}

const bySystem: Resolve = (hostname, done) =>
  systemLookup(hostname, { all: true }, (error, addresses) => done(error, addresses));

/**
 * A `lookup` for connections that gives out addresses of the public internet only. The connection goes to the very
 * addresses that were judged, so that a name cannot change its answer in between. One forbidden address among several
 * condemns the name.
 */
export function guardedLookup(resolve: Resolve = bySystem): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error) return callback(error, '');
      if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
        return callback(new AddressRefused(), '');
      if (options.all) return callback(null, [...addresses]);
      callback(null, first.address, first.family);
    });
  };
}
