/**
 * Reads at most `maxBytes` of a response's body and lets go of the rest.
 *
 * @returns the JSON value; undefined when the body is longer, breaks off or is no JSON.
 */
export async function cappedJson(response: Response, maxBytes: number): Promise<unknown> {
  if (!response.body) return undefined;
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
      size += value.length;
      if (size > maxBytes) return undefined;
      chunks.push(value);
    }
  } catch {
    return undefined;
  } finally {
    // After a complete read this does nothing; after a broken one it has nothing left to fail.
    await reader.cancel().catch(() => undefined);
  }
}
