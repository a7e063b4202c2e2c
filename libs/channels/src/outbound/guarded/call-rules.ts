import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** Where a webhook may be sent. */
export interface CallRules {
  /**
   * `public`: https to hosts of the public internet. `private`: also http, and hosts of our own networks, which an
   * operator must ask for.
   */
  readonly network: 'public' | 'private';
  /** Ports that may be called; with `public` by default only 443, with `private` by default all. */
  readonly ports?: readonly number[];
}

export const publicOnly: CallRules = { network: 'public' };

const HTTPS_PORT = 443;

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? HTTPS_PORT : 80) : Number(port);
}

/** A host as connections want it: an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/**
 * Why an address must not be called, as far as it can be seen without asking for its host; undefined when nothing speaks
 * against it. `URL` has already put every way of writing an IPv4 address (decimal, octal, shortened) into the usual one.
 */
export function faultOfUrl(url: URL, { network, ports }: CallRules): string | undefined {
  const allowed = ports ?? (network === 'public' ? [HTTPS_PORT] : undefined);
  if (network === 'public' && url.protocol !== 'https:') return 'HTTPS_REQUIRED';
  if (allowed && !allowed.includes(portOf(url))) return 'PORT_REFUSED';
  const host = hostOf(url);
  return network === 'public' && isIP(host) !== 0 && !isPublicAddress(host) ? 'ADDRESS_REFUSED' : undefined;
}
