import { TestEnvironment } from 'jest-environment-node';

/** How many times as long a test or hook may take as it says. */
const PATIENCE = 3;

/** Node's environment for machines shared with others, which may stand still for a while: time limits only bound what hangs. */
export default class PatientEnvironment extends TestEnvironment {
  /** Called by jest-circus. */
  handleTestEvent(event, state) {
    if (event.name !== 'run_start') return;
    state.testTimeout *= PATIENCE;
    prolong(state.rootDescribeBlock);
  }
}

function prolong({ hooks, children }) {
  for (const limited of [...hooks, ...children]) {
    if (limited.type === 'describeBlock') prolong(limited);
    else if (limited.timeout) limited.timeout *= PATIENCE;
  }
}
