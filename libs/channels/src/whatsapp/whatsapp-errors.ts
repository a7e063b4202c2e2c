import { type FailureClass } from '../outbound/failure-class.js';
import { classOfStatus } from '../outbound/http-failure.js';

/**
 * Meta's error codes by what they call for. Codes alone decide: texts change, and HTTP statuses are not stable.
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 */
const codesOfClass: Readonly<Partial<Record<FailureClass, readonly number[]>>> = {
  // Throughput of the number.
  'slow-number': [130429],
  // Rate of the business account, calls of the app.
  'slow-account': [80007, 4],
  // Too many messages to this user.
  'slow-pair': [131056],
  // Meta's own trouble, maintenance, a throttled flow.
  transient: [131000, 131016, 2, 1, 131057, 132069],
  // Held back to keep users engaged; registration tried too often.
  'wait-long': [131049, 133016],
  // Spam, integrity, payment, access, registration of the number.
  stop: [131048, 131064, 368, 131031, 130497, 131042, 0, 190, 3, 10, 131005, 131045],
  permanent: [
    // Receiver, closed service window, kind, parameters, list of allowed receivers, sender is receiver.
    131026, 131047, 131051, 131008, 131009, 100, 131030, 131021,
    // Templates and flows.
    132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132068,
    // Experiment, opted out, media, username, and a user id that is not known.
    130472, 131050, 131052, 131053, 131062, 137000,
  ],
};

const classOfCode = new Map(
  Object.entries(codesOfClass).flatMap(([failure, codes]) => codes.map((code) => [code, failure as FailureClass])),
);

/** Meta keeps 200 to 299 for missing permissions. */
function isPermissionCode(code: number): boolean {
  return code >= 200 && code <= 299;
}

/** The class of a refusal by its code, or by the HTTP status when the code is unknown or missing. */
export function classOfWhatsAppFailure(code: number | undefined, status: number): FailureClass {
  const known = code === undefined ? undefined : classOfCode.get(code);
  if (known) return known;
  return code !== undefined && isPermissionCode(code) ? 'stop' : classOfStatus(status, false);
}

/** `error.code` of a Graph API answer. */
export function codeOfAnswer(json: unknown): number | undefined {
  const code = (json as { error?: { code?: unknown } } | null | undefined)?.error?.code;
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined;
}
