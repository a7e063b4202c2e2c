/** One fault of an input: where it is and what is wrong, without the value. */
export interface Violation {
  /** Path of the field, for example `replyTo.channel`. */
  readonly field: string;
  readonly problem: string;
}

/** An input does not fit its class. `violations` names every field at fault and never repeats a value. */
export class InvalidMessageError extends Error {
  readonly code = 'INVALID_MESSAGE';

  constructor(
    readonly subject: string,
    readonly violations: readonly Violation[],
  ) {
    super(`${subject} is not valid: ${violations.map((v) => `${v.field}: ${v.problem}`).join('; ')}`);
    this.name = 'InvalidMessageError';
  }
}
