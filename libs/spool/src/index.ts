export { SpoolFull, SpoolInUse, SpoolUnwritable } from './spool-errors.js';
export { Spool, type SpoolLimits, type SpoolState } from './spool.js';
export { harmlessObserver, type SpoolObserver } from './spool-observer.js';
export { type Carried, type Destination, type SpooledMessage } from './spooled-message.js';
export { SpoolingPublisher, spoolingDefaults, type SpoolingOptions, type Taken } from './spooling-publisher.js';
