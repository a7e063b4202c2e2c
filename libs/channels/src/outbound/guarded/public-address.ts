import { BlockList, isIP } from 'node:net';

/**
 * IPv4 that is not everybody's: private, loopback, link-local (with the metadata services of clouds), carrier-grade NAT,
 * documentation, benchmarks, multicast and reserved.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const special4: readonly (readonly [net: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** The part of IPv6 that is given to networks of the internet. */
const GLOBAL6 = ['2000::', 3] as const;

/**
 * What within it is not everybody's: protocol assignments with Teredo, documentation, and 6to4, which hides an IPv4
 * address. IPv4-mapped, NAT64, unique-local, link-local and loopback addresses lie outside of it.
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const special6: readonly (readonly [net: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(nets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, bits] of nets) list.addSubnet(net, bits, family);
  return list;
}

const refused4 = listOf(special4, 'ipv4');
const global6 = listOf([GLOBAL6], 'ipv6');
const refused6 = listOf(special6, 'ipv6');

/** True for an IP address that belongs to the public internet; false for every other one and for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !refused4.check(address, 'ipv4');
  if (isIP(address) === 6) return global6.check(address, 'ipv6') && !refused6.check(address, 'ipv6');
  return false;
}
