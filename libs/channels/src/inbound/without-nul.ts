/** The same value with U+FFFD for every NUL character in its texts; a provider may send one, a message must hold none. */
export function withoutNul<T>(value: T): T {
  if (typeof value === 'string') return (value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value) as T;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutNul) as T;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutNul<unknown>(field)])) as T;
}
