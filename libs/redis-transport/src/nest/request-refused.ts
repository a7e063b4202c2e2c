import { RpcException } from '@nestjs/microservices';

/** The other side answered with an error. */
export class RequestRefused extends RpcException {
  constructor(
    readonly address: string,
    /** The error's code there, `ERROR` when it had none. */
    readonly code: string,
    message: string,
  ) {
    super({ code, message, address });
    this.name = 'RequestRefused';
  }
}
