import { type AppendRequest, checkEffect } from '@switchboard/delivery';
import { type Carried } from '@switchboard/spool';

/** Appends as the spool keeps them: all that they are, effects included, so that what happens later is the same. */
export const carriedAppend: Carried<AppendRequest> = {
  // Ids are unique within their stream.
  idOf: ({ stream, id }) => `${stream} ${id}`,
  conversationOf: ({ key }) => key,
  write: (request) => JSON.stringify(request),
  read: (body) => {
    const request = JSON.parse(body) as AppendRequest;
    for (const field of ['stream', 'key', 'id', 'data'] as const) {
      if (typeof request[field] !== 'string') throw new TypeError(`A spooled append has no ${field}.`);
    }
    for (const effect of request.effects ?? []) checkEffect(effect);
    return request;
  },
};
