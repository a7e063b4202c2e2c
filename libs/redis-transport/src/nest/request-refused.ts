import { RpcException } from '@nestjs/microservices';

/** The other side answered with an error, or with what is no answer. */
export class RequestRefused extends RpcException {
  constructor(
    readonly address: string,
    /** The error's code there, `ERROR` when it had none; `INVALID_ANSWER` when the answer could not be read. */
    readonly code: string,
    message: string,
  ) {
    super({ code, message, address });
    this.name = 'RequestRefused';
  }
}
