import { type Environment } from './environment.js';
import { type Setting } from './setting.js';
import { type SettingFaults } from './settings-error.js';
import { FILE_PROBLEM, readSecretFile } from './text-file.js';

/** Where a setting's text comes from and where its faults go. */
export interface SettingScope {
  readonly env: Environment;
  readonly faults: SettingFaults;
  readonly production: boolean;
}

/** The text of a variable; undefined when it is absent, or empty where empty says nothing. */
export function given(env: Environment, name: string, emptyCounts = false): string | undefined {
  const text = env[name];
  return text === '' && !emptyCounts ? undefined : text;
}

function textOf(name: string, { secret, emptyCounts }: Setting<unknown>, scope: SettingScope): string | undefined {
  const direct = given(scope.env, name, emptyCounts);
  const file = secret ? given(scope.env, `${name}_FILE`) : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) {
    scope.faults.add(name, `and ${name}_FILE must not both be given`);
    return direct;
  }
  const text = readSecretFile(file);
  if (text === undefined) scope.faults.add(`${name}_FILE`, FILE_PROBLEM);
  return text;
}

/** Reads one setting; a fault is noted and the default stands in, so that the rest can be looked at too. */
export function readSetting<T>(name: string, setting: Setting<T>, scope: SettingScope): T {
  const text = textOf(name, setting, scope);
  if (text === undefined) return absent(name, setting, scope);
  const value = setting.read(text);
  if (value !== undefined) return value;
  scope.faults.add(name, `must be ${setting.expected}`);
  return setting.fallback;
}

function absent<T>(name: string, setting: Setting<T>, { env, faults, production }: SettingScope): T {
  // An unreadable file is a fault of its own; its setting is not missing on top of that.
  const fileNamed = setting.secret && given(env, `${name}_FILE`) !== undefined;
  if (setting.neededInProduction && production && !fileNamed) {
    faults.add(name, `or ${name}_FILE must be given in production`);
  }
  const { fallbackWith } = setting;
  return fallbackWith && given(env, fallbackWith.name) !== undefined ? fallbackWith.value : setting.fallback;
}
