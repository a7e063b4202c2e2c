import { BaseRpcContext } from '@nestjs/microservices';

/** What a handler of this transport is given beside its message; Nest's hooks and filters know a call by it. */
export abstract class HandlerContext extends BaseRpcContext<[]> {
  constructor() {
    super([]);
  }
}
