import { BaseRpcContext } from '@nestjs/microservices';

/** One for all: a context is made for every call. */
const none = [] as const;

/** What a handler of this transport is given beside its message; Nest's hooks and filters know a call by it. */
export abstract class HandlerContext extends BaseRpcContext<readonly []> {
  constructor() {
    super(none);
  }
}
