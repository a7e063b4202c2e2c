/** One setting at fault: its name and what is wrong, never its value. */
export interface SettingFault {
  readonly name: string;
  /** Reads on from the name, for example `must be a whole number from 0 to 65535`. */
  readonly problem: string;
}

/** The settings do not fit. Lists every fault at once; `message` is one line and repeats no value. */
export class SettingsError extends Error {
  readonly code = 'BAD_SETTINGS';

  constructor(readonly faults: readonly SettingFault[]) {
    super(faults.map(({ name, problem }) => `${name} ${problem}`).join('; '));
    this.name = 'SettingsError';
  }
}

/** Collects faults until all settings have been looked at. */
export class SettingFaults {
  private readonly found: SettingFault[] = [];

  add(name: string, problem: string): void {
    this.found.push({ name, problem });
  }

  /** @throws SettingsError when there is at least one fault. */
  throwIfAny(): void {
    if (this.found.length > 0) throw new SettingsError(this.found);
  }
}
