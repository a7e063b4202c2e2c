import { type SettingFaults } from '../settings/settings-error.js';

/** Notes what is wrong in the properties file, with the place, among the faults of all settings. */
export class FileFaults {
  constructor(private readonly faults: SettingFaults) {}

  /** `at` is a path such as `properties.0.sources.2`; empty for the file as a whole. */
  add(at: string, problem: string): void {
    this.faults.add('PROPERTIES_FILE', at === '' ? problem : `at ${at}: ${problem}`);
  }
}
