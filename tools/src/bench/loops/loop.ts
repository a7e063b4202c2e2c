/** Something that one process does over and over; needs no Redis and no peer. */
export interface Loop {
  readonly name: string;
  readonly repetitions: number;
  /** Turns of one repetition that are not measured, so that code is compiled. */
  readonly warmUp: number;
  /** Measured turns of one repetition. */
  readonly turns: number;
  /** Makes what is done in a turn; gets the number of the turn. */
  readonly prepare: () => (turn: number) => void;
}
