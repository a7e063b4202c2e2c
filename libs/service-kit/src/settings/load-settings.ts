import { isDevelopmentSecret } from '../properties/development-secrets.js';
import { type Catalogue, catalogue, type SettingName, type SettingValues } from './catalogue.js';
import { type Environment } from './environment.js';
import { type GroupName, groups, type Groups } from './groups.js';
import { readSetting, type SettingScope } from './read-setting.js';
import { type Setting, type SettingValue } from './setting.js';
import { SettingFaults } from './settings-error.js';
import { refuseUnknown } from './unknown-settings.js';

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>;

/** What a service may ask for: a setting or a group of settings. */
export type SettingsName = SettingName | GroupName;

/** The values of some settings in camel case: `BATCH_QUIET_MS` is `batchQuietMs`. */
export type Settings<N extends SettingsName> = {
  readonly [K in Extract<N, SettingName> as Camel<K>]: SettingValue<Catalogue[K]>;
} & {
  readonly [K in Extract<N, GroupName> as Camel<K>]: ReturnType<Groups[K]['compose']>;
};

/** A service's own defaults, for example its port. */
export type SettingDefaults = { readonly [K in SettingName]?: SettingValue<Catalogue[K]> };

/** Reads, one by one, and remembers what was read. */
class Reader {
  private readonly values = new Map<SettingName, unknown>();

  constructor(
    private readonly scope: SettingScope,
    private readonly defaults: SettingDefaults,
  ) {}

  one(name: SettingName): unknown {
    if (!this.values.has(name)) this.values.set(name, this.read(name));
    return this.values.get(name);
  }

  group(name: GroupName): unknown {
    const { members, compose } = groups[name];
    const values = Object.fromEntries(members.map((member) => [member, this.one(member)]));
    return compose(values as SettingValues, this.scope);
  }

  private read(name: SettingName): unknown {
    const own = this.defaults[name];
    const setting = catalogue[name] as Setting<unknown>;
    const value = readSetting(name, own === undefined ? setting : { ...setting, fallback: own }, this.scope);
    if (this.scope.production && typeof value === 'string' && setting.secret && isDevelopmentSecret(value)) {
      this.scope.faults.add(name, 'is a development secret, which production refuses');
    }
    return value;
  }
}

/**
 * Reads the settings a service needs and checks them as a whole, together with the names of all variables that look
 * like settings.
 *
 * @throws SettingsError that lists every fault.
 */
export function loadSettings<const N extends SettingsName>(
  names: readonly N[],
  env: Environment = process.env,
  defaults: SettingDefaults = {},
): Settings<N> {
  const faults = new SettingFaults();
  const scope: SettingScope = { env, faults, production: env['NODE_ENV'] === 'production' };
  const reader = new Reader(scope, defaults);
  reader.one('NODE_ENV');
  const loaded = names.map((name) => [
    camel(name),
    name in groups ? reader.group(name as GroupName) : reader.one(name as SettingName),
  ]);
  refuseUnknown(env, faults);
  faults.throwIfAny();
  return Object.fromEntries(loaded) as Settings<N>;
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
