import { type AuditLine, type AuditTrail } from '../audit-trail.js';
import { type Broadcasts } from './broadcasts.js';
import { type Mailboxes } from './mailboxes.js';
import { type Requests } from './requests.js';

/** Everything a bus needs of what lies beneath. */
export interface BusStore {
  readonly mailboxes: Mailboxes;
  readonly broadcasts: Broadcasts;
  readonly requests: Requests;
  readonly audit: AuditTrail;
  /** Writes lines that belong to no other step. */
  record(lines: readonly AuditLine[]): Promise<void>;
  close(): Promise<void>;
}
