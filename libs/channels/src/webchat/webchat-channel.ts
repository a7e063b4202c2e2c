import { type ChannelAdapter } from '../channel-adapter.js';
import { parseWebchat } from './parse-webchat.js';

/** Visitors prove nothing and are answered through Redis, so there is neither `verify` nor `send`. */
export const webchatChannel: ChannelAdapter = { kind: 'webchat', parse: parseWebchat };
