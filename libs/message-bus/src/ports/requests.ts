import { type Responder } from '../message-bus.js';

/** Answers the text of one request with a text; an error's `code` and message go to the one who asked. */
export type TextHandler = (data: string, context: { readonly signal: AbortSignal }) => Promise<string>;

/** Question and answer between processes that both live; nothing is stored. */
export interface Requests {
  /** @throws NobodyAnswers, RequestTimedOut or RequestRefused. */
  ask(
    address: string,
    data: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<string>;
  /** Resolves when requests arrive. */
  serve(address: string, handler: TextHandler): Promise<Responder>;
}
