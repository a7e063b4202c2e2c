/** The spool holds as much as it may; nothing of the request was stored. */
export class SpoolFull extends Error {
  readonly code = 'SPOOL_FULL';
  readonly retryAfterMs = 10_000;

  constructor() {
    super('the spool is full');
    this.name = 'SpoolFull';
  }
}

/** The disk does not take or give what was asked for; nothing is promised of the request. */
export class SpoolUnwritable extends Error {
  readonly code = 'SPOOL_UNWRITABLE';
  readonly retryAfterMs = 5_000;

  constructor(options?: ErrorOptions) {
    super('the spool cannot be written', options);
    this.name = 'SpoolUnwritable';
  }
}

/** Another process has the file: two of them would drain it against each other's order. */
export class SpoolInUse extends Error {
  readonly code = 'SPOOL_IN_USE';

  constructor(readonly folder: string) {
    super(`The spool in ${folder} is in use by another process; give each process a SPOOL_DIR of its own.`);
    this.name = 'SpoolInUse';
  }
}
