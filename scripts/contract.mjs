#!/usr/bin/env node
// Measures how true the embedded Harbor is to a real one: runs the contract suite over the areas that a delivery
// touches and compares the number of agreeing steps with packages/dev-harbor/contract-agreed.json, which may only rise.
//   node scripts/contract.mjs [2.12|2.14|2.15]     starts the embedded Harbor from packages/dev-harbor/dist as that version; 2.15 when absent
//   node scripts/contract.mjs --url URL --ca FILE  measures one that runs already
//   --update                                       writes the number down when it has risen
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const suite = resolve(root, '../shared/contract');
const agreedFile = join(root, 'packages/dev-harbor/contract-agreed.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string' }, ca: { type: 'string' }, update: { type: 'boolean', default: false } },
});

const [version = '2.15'] = positionals;

if (existsSync(join(suite, 'run.mjs'))) process.exitCode = await measure();
else console.log(`contract: nothing measured, the contract suite is not in ${suite}`);

async function measure() {
  const wanted = JSON.parse(readFileSync(agreedFile, 'utf8'));
  if (wanted.agreed[version] === undefined) throw new Error(`there is no number of agreed steps for Harbor ${version}`);
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
  const harbor = await startDevHarbor({ dataDirectory, harborVersion: version });
  const stop = async () => {
    await harbor.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  };
  return { url: harbor.url, ca: join(dataDirectory, 'ca.crt'), stop };
}

/** Shows what the suite says, and gives its last line. */
async function runSuite({ url, ca }, areas) {
  const [name] = readdirSync(join(suite, 'golden')).filter((file) => file.startsWith(`harbor-${version}.`));
  const golden = join(suite, 'golden', name);
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
  const before = wanted.agreed[version];
  if (agreed < before) {
    console.error(`contract: ${agreed} steps agree, but ${before} did before: the number may only rise`);
    return 1;
  }
  if (agreed > before && values.update) {
    const risen = { ...wanted, agreed: { ...wanted.agreed, [version]: agreed } };
    writeFileSync(agreedFile, `${JSON.stringify(risen, null, 2)}\n`);
    console.log(`contract: ${agreed} written to ${agreedFile}`);
  } else if (agreed > before) {
    console.log(`contract: more than the ${before} of before; write it down with --update`);
  }
  return 0;
}
