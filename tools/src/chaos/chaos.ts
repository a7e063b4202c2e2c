import { writeFile } from 'node:fs/promises';
import { chaosOptions } from './chaos-options.js';
import { runChaos } from './run.js';
import { holds } from './verdict.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const options = chaosOptions(process.argv.slice(2));
  say(`chaos: ${options.topology}, seed ${options.seed}, ${options.durationMs / 60_000} min`);
  say(
    `repeat with: npm run chaos -- --seed=${options.seed} --minutes=${options.durationMs / 60_000} --topology=${options.topology}`,
  );
  const report = await runChaos(options, say);
  await writeFile('chaos-results.json', `${JSON.stringify(report, null, 2)}\n`);
  for (const [name, value] of Object.entries(report)) {
    say(`${name.padEnd(20)} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  }
  const sound = holds(report) && report.acknowledged > 0 && report.unfinishedAtEnd === 0;
  say(sound ? 'The promises held.' : 'THE PROMISES DID NOT HOLD.');
  process.exitCode = sound ? 0 : 1;
} catch (error) {
  process.stderr.write(`chaos: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
