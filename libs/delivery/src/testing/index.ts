export { describeDeliveryContract } from './contract.js';
export { FaultyStore, type Fault } from './faulty-store.js';
export { Scene, type Delivery, type StoreHarness } from './scene.js';
export { Gate, until } from './until.js';
