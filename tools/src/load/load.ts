import { loadOptions } from './load-options.js';
import { runLoad } from './run.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  const options = loadOptions(process.argv.slice(2));
  const { messages, conversations, seed, rate, spool } = options;
  say(
    `repeat with: npm run e2e:load -- --messages=${messages} --conversations=${conversations} --seed=${seed} --rate=${rate}${spool ? ' --spool' : ''}`,
  );
  const report = await runLoad(options, say);
  for (const [name, value] of Object.entries(report)) {
    say(`${name.padEnd(24)} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  }
  say(report.sound ? 'The promises held.' : 'THE PROMISES DID NOT HOLD.');
  process.exitCode = report.sound ? 0 : 1;
} catch (error) {
  process.stderr.write(`load: ${(error as Error).message}\n`);
  // Guests who still repeat what nobody takes must not keep the process.
  process.exit(1);
}
