// npm run bench -- NAME [--json FILE]: measures one suite and prints a line per measure; without a name it lists the suites.
import { writeFile } from 'node:fs/promises';
import { coldStart } from './cold-start.mjs';
import { gate } from './gate.mjs';
import { push } from './push.mjs';
import { pushAgain } from './push-again.mjs';
import { pushLatency } from './push-latency.mjs';
import { pushMemory } from './push-memory.mjs';
import { sign } from './sign.mjs';
import { verify } from './verify.mjs';

const suites = {
  'cold-start': coldStart,
  gate,
  push,
  'push-again': pushAgain,
  'push-latency': pushLatency,
  'push-memory': pushMemory,
  sign,
  verify,
};

/** `NAME ratio=R (ours S1 s, PEER S2 s, n=N)`; without a peer `NAME S s M MB`, or of code alone `NAME K KB`. */
function line({ name, seconds, peer, peerSeconds, megabytes, kilobytes, samples }) {
  if (kilobytes !== undefined) return `${name} ${kilobytes.toFixed(0)} KB`;
  if (peer === undefined) return `${name} ${seconds.toFixed(3)} s ${megabytes.toFixed(0)} MB`;
  return `${name} ratio=${(seconds / peerSeconds).toFixed(2)} (ours ${seconds.toFixed(3)} s, ${peer} ${peerSeconds.toFixed(3)} s, n=${samples})`;
}

const [name, ...rest] = process.argv.slice(2);
const suite = suites[name];
if (suite === undefined) {
  console.error(`Name a suite: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
const measures = await suite();
for (const measure of measures) console.log(line(measure));
const failed = measures.filter(({ ok }) => !ok);
for (const { name: measured, target } of failed) console.log(`${measured} misses its target: ${target}`);
if (rest[0] === '--json' && rest[1] !== undefined) await writeFile(rest[1], JSON.stringify(measures, undefined, 2));
console.log(`${measures.length - failed.length} passed, ${failed.length} failed, 0 skipped`);
process.exitCode = failed.length > 0 ? 1 : 0;
