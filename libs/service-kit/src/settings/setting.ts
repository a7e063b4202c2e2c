/** One environment variable that services understand. `T` includes undefined when the setting has no default. */
export interface Setting<T> {
  /** What it does and its unit; one line. */
  readonly doc: string;
  /** Completes "PORT must be …". */
  readonly expected: string;
  /** The value of a text, or undefined when the text does not fit. */
  readonly read: (text: string) => Exclude<T, undefined> | undefined;
  /** The value when the variable is absent. */
  readonly fallback: T;
  /** Another default while the named setting is given. */
  readonly fallbackWith?: { readonly name: string; readonly value: T };
  /** May also come from a file that NAME_FILE names; never shown. */
  readonly secret: boolean;
  /** An empty text is a value; elsewhere it counts as absent. */
  readonly emptyCounts: boolean;
  /** Absent in production is a fault. */
  readonly neededInProduction: boolean;
}

export type SettingValue<S> = S extends Setting<infer T> ? T : never;

/** What the author of a setting says of it, whatever its kind. */
export interface About<T, F> {
  readonly doc: string;
  readonly fallback?: F;
  readonly fallbackWith?: { readonly name: string; readonly value: T };
  readonly secret?: boolean;
  readonly emptyCounts?: boolean;
  readonly neededInProduction?: boolean;
}

/** How a kind of setting reads its text. */
export interface Reading<T> {
  readonly expected: string;
  readonly read: (text: string) => T | undefined;
}

/** A setting from what its kind and its author say. */
export function setting<T, F extends T | undefined = undefined>(
  about: About<T, F>,
  reading: Reading<T>,
): Setting<T | F> {
  return {
    secret: false,
    emptyCounts: false,
    neededInProduction: false,
    ...about,
    expected: reading.expected,
    read: reading.read as Setting<T | F>['read'],
    fallback: about.fallback as F,
  };
}
