import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { bytesOf } from './base64-key.js';

/** What stands before the 32 bytes of a key in its DER form (RFC 8410). */
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/** The key of a `whpk_…` text, or undefined when it is none. */
export function publicKeyOf(text: string): KeyObject | undefined {
  const bytes = bytesOf(text, 'whpk_');
  if (bytes?.length !== KEY_BYTES) return undefined;
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, bytes]), format: 'der', type: 'spki' });
}

/**
 * The key of a `whsk_…` text, or undefined when it is none: the 32 bytes of the secret, with or without the 32 bytes of
 * the public key behind them, as libraries write it in both ways.
 */
export function secretKeyOf(text: string): KeyObject | undefined {
  const bytes = bytesOf(text, 'whsk_');
  if (bytes?.length !== KEY_BYTES && bytes?.length !== 2 * KEY_BYTES) return undefined;
  const key = Buffer.concat([PRIVATE_DER, bytes.subarray(0, KEY_BYTES)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** One asymmetric signature, `v1a,<base64 ed25519 of "<id>.<timestamp>.<body>">`. */
export function asymmetricSignatureOf(key: KeyObject, content: Buffer): string {
  return `v1a,${sign(null, content, key).toString('base64')}`;
}

/** True when any of the keys made any of the signatures. */
export function anySignedBy(keys: readonly KeyObject[], signatures: readonly string[], content: Buffer): boolean {
  return signatures.some((signature) => {
    const bytes = Buffer.from(signature.slice('v1a,'.length), 'base64');
    return keys.some((key) => verify(null, content, key, bytes));
  });
}
