import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { median, runMeasured } from './measured-process.mjs';

const action = resolve(import.meta.dirname, '../../actions/dist/login.mjs');
const loadedCode = resolve(import.meta.dirname, 'loaded-code.mjs');
const samples = 15;
const targets = { ratio: 3, kilobytes: 100, megabytes: 65 };

/** The whole login action, login to the embedded Harbor over TLS included: time against an empty program, code and memory. */
export async function loginStart(folder, empty) {
  const harbor = await startDevHarbor({ dataDirectory: join(folder, 'harbor') });
  try {
    const plain = { PATH: process.env.PATH, HOME: folder };
    const start = (arguments_, env) => runMeasured(process.execPath, arguments_, { cwd: folder, env });
    const login = (before = [], more = {}) =>
      start([...before, action], { ...plain, ...inputs(harbor, folder), ...more });
    const [times, peerTimes] = [[], []];
    for (let round = 0; round < samples; round++) {
      peerTimes.push((await start([empty], plain)).seconds);
      times.push((await login()).seconds);
    }
    const file = join(folder, 'loaded-code.json');
    await login(['--import', loadedCode], { LOADED_CODE: file });
    const { codeBytes, memoryBytes } = JSON.parse(readFileSync(file, 'utf8'));
    return measures(median(times), median(peerTimes), codeBytes / 1000, memoryBytes / 1e6);
  } finally {
    await harbor.close();
  }
}

/** What a GitHub runner gives to the action. */
function inputs(harbor, folder) {
  const files = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'].map((name) => {
    const path = join(folder, name);
    writeFileSync(path, '');
    return [name, path];
  });
  const temporary = join(folder, 'runner');
  mkdirSync(temporary, { recursive: true });
  return {
    ...Object.fromEntries(files),
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: temporary,
    INPUT_REGISTRY: harbor.host,
    INPUT_USERNAME: harbor.username,
    INPUT_PASSWORD: harbor.password,
    'INPUT_CA-CERTIFICATE': harbor.caCertificate,
  };
}

function measures(seconds, peerSeconds, kilobytes, megabytes) {
  return [
    {
      name: 'login-to-harbor',
      seconds,
      peer: 'empty',
      peerSeconds,
      samples,
      ok: seconds / peerSeconds <= targets.ratio,
      target: `ratio <= ${targets.ratio}`,
    },
    {
      name: 'login-code-before-first-request',
      kilobytes,
      ok: kilobytes <= targets.kilobytes,
      target: `<= ${targets.kilobytes} KB`,
    },
    {
      name: 'login-memory',
      seconds,
      megabytes,
      ok: megabytes <= targets.megabytes,
      target: `<= ${targets.megabytes} MB`,
    },
  ];
}
