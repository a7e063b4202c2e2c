/** What one run has shown: numbers by name. */
export type Findings = Readonly<Record<string, number>>;

export interface TrialConditions {
  /** Every number of messages is multiplied by this. */
  readonly scale: number;
  /** Folder for V8 processor profiles of all processes. */
  readonly profileFolder?: string | undefined;
}

/** Whole services at work: each variant once in every repetition, in turn, so that all meet the same machine. */
export interface Trial {
  readonly name: string;
  readonly repetitions: number;
  readonly variants: Readonly<Record<string, (conditions: TrialConditions) => Promise<Findings>>>;
}
