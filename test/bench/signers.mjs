import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateKeyPair, loadSigner } from '@harbor-pilot/sign';
import { runMeasured } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';

const actions = resolve(import.meta.dirname, '../../actions/dist');
const password = 'Bench-12345';
const repository = 'shop/app';

/**
 * Who signs and verifies an image of a registry with a key pair that cosign's users have, without a transparency log: each
 * gives its seconds and megabytes, of the whole process.
 * @param registry `{ host, certificate, credentials }`: a file with its authority, and an account where it asks for one.
 */
export async function signers(folder, { host, certificate, credentials }) {
  const { cosign } = requirePeers('cosign');
  const pair = await generateKeyPair(password);
  const [key, publicKey, openKey] = ['cosign.key', 'cosign.pub', 'pkcs8.key'].map((name) => join(folder, name));
  writeFileSync(key, pair.privateKeyPem);
  writeFileSync(publicKey, pair.publicKeyPem);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(openKey, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const home = mkdtempSync(join(folder, 'home-'));
  const auth = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
  writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: auth ? { [host]: { auth } } : {} }));
  const common = { PATH: process.env.PATH, HOME: home, DOCKER_CONFIG: home };
  // Each where no other left a record of its image.
  const run = (program, args, environment) =>
    runMeasured(program, args, { cwd: mkdtempSync(join(folder, 'run-')), env: { ...common, ...environment } });
  const act = (name, inputs) => {
    const all = { registry: host, image: repository, 'ca-certificate': certificate, ...inputs };
    const variables = Object.entries(all).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]);
    const environment = { GITHUB_ACTIONS: 'true', ...Object.fromEntries(variables) };
    return run(process.execPath, [join(actions, `${name}.mjs`)], environment);
  };
  const cosignRun = (...args) => run(cosign, args, { SSL_CERT_FILE: certificate, COSIGN_PASSWORD: password });
  const reference = (digest) => `${host}/${repository}@${digest}`;
  const signFlags = ['--key', key, '--use-signing-config=false', '--tlog-upload=false', '-y'];
  const verifyFlags = ['--key', publicKey, '--insecure-ignore-tlog=true', '--private-infrastructure=true'];
  return {
    repository,
    signer: await loadSigner(pair.privateKeyPem, password),
    sign: (digest) => act('sign', { digest, key, 'key-password': password }),
    signWithOpenKey: (digest) => act('sign', { digest, key: openKey }),
    verify: (digest) => act('verify', { digest, 'public-key': publicKey }),
    verifyAll: (project) => act('verify', { all: project, 'public-key': publicKey }),
    cosignSign: (digest) => cosignRun('sign', ...signFlags, reference(digest)),
    cosignVerify: (digest) => cosignRun('verify', ...verifyFlags, reference(digest)),
  };
}
