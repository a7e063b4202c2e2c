const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes behind the prefix of a key, or undefined when the prefix is another or what follows is no base64. */
export function bytesOf(text: string, prefix: string): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const encoded = text.slice(prefix.length);
  return BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
}
