/** No answer came in time. Whether the request was handled is not known. */
export class RequestTimeout extends Error {
  readonly code = 'REQUEST_TIMEOUT';

  constructor(
    readonly address: string,
    readonly timeoutMs: number,
  ) {
    super(`${address} did not answer within ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

/** Nobody serves the address: the request reached no one. */
export class NobodyAnswers extends Error {
  readonly code = 'NOBODY_ANSWERS';

  constructor(readonly address: string) {
    super(`nobody serves ${address}`);
    this.name = 'NobodyAnswers';
  }
}

/** The other side answered with an error: its code and message. */
export class RequestFailed extends Error {
  constructor(
    readonly address: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RequestFailed';
  }
}
