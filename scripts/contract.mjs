#!/usr/bin/env node
// Measures how true the embedded Harbor is to a real one: runs the contract suite over the areas that a delivery
// touches and compares the number of agreeing steps with packages/dev-harbor/contract-agreed.json, which may only rise.
//   node scripts/contract.mjs                      starts the embedded Harbor from packages/dev-harbor/dist
//   node scripts/contract.mjs --url URL --ca FILE  measures one that runs already
//   --update                                       writes the number down when it has risen
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const suite = resolve(root, '../shared/contract');
const agreedFile = join(root, 'packages/dev-harbor/contract-agreed.json');

const { values } = parseArgs({
  options: { url: { type: 'string' }, ca: { type: 'string' }, update: { type: 'boolean', default: false } },
});

if (existsSync(join(suite, 'run.mjs'))) process.exitCode = await measure();
else console.log(`contract: nothing measured, the contract suite is not in ${suite}`);

async function measure() {
  const wanted = JSON.parse(readFileSync(agreedFile, 'utf8'));
  const target = values.url === undefined ? await startOwn() : { url: values.url, ca: values.ca, stop: async () => {} };
  try {
    return judge(wanted, await runSuite(target, wanted.areas));
  } finally {
    await target.stop();
  }
}

async function startOwn() {
  const program = join(root, 'packages/dev-harbor/dist/index.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build" first`);
  const { startDevHarbor } = await import(program);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'contract-'));
  const harbor = await startDevHarbor({ dataDirectory });
  const stop = async () => {
    await harbor.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  return { url: harbor.url, ca: join(dataDirectory, 'ca.crt'), stop };
}

/** Shows what the suite says, and gives its last line. */
async function runSuite({ url, ca }, areas) {
  const golden = join(suite, 'golden/harbor-2.15.2.json');
  const options = ['--url', url, '--ca', ca, '--golden', golden, '--only', areas.join(',')];
  const child = spawn(process.execPath, [join(suite, 'run.mjs'), ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  await new Promise((done) => child.once('close', done));
  return output.trim().split('\n').at(-1) ?? '';
}

function judge(wanted, summary) {
  const agreed = Number(/^contract: (\d+) agreed/.exec(summary)?.[1] ?? 0);
  if (agreed < wanted.agreed) {
    console.error(`contract: ${agreed} steps agree, but ${wanted.agreed} did before: the number may only rise`);
    return 1;
  }
  if (agreed > wanted.agreed && values.update) {
    writeFileSync(agreedFile, `${JSON.stringify({ ...wanted, agreed }, null, 2)}\n`);
    console.log(`contract: ${agreed} written to ${agreedFile}`);
  } else if (agreed > wanted.agreed) {
    console.log(`contract: more than the ${wanted.agreed} of before; write it down with --update`);
  }
  return 0;
}
