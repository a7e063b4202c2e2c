/** One message of a guest. */
export interface GuestText {
  /** The provider's id of it. */
  readonly id: string;
  readonly conversation: string;
  /** Counts the messages of its conversation, from 1. */
  readonly n: number;
}

/** One webhook: what a guest wrote, as the provider tells it. */
export interface GuestPost {
  readonly channel: 'chatwoot' | 'whatsapp';
  /** Counts the conversations. */
  readonly guest: number;
  /** Chatwoot tells one message at a time. */
  readonly texts: readonly GuestText[];
}
