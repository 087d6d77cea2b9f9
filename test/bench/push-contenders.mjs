import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runMeasured } from './measured-process.mjs';
import { requirePeers } from './peers.mjs';

const action = resolve(import.meta.dirname, '../../actions/dist/push.mjs');

/** Who pushes the image of a layout to `shop/app:v1` of a registry: each gives its seconds and megabytes. */
export function pushContenders(folder, layout) {
  const { crane, regctl, skopeo } = requirePeers('crane', 'regctl', 'skopeo');
  const run = (program, args, environment) => {
    const cwd = mkdtempSync(join(folder, 'run-'));
    const env = { PATH: process.env.PATH, HOME: cwd, DOCKER_CONFIG: cwd, ...environment };
    return { cwd, env, start: () => runMeasured(program, args, { cwd, env }) };
  };
  const image = (host) => `${host}/shop/app:v1`;
  return {
    /** The action as a runner starts it. */
    ours: ({ host, certificate }) => {
      const trust = certificate === undefined ? { 'plain-http': 'true' } : { 'ca-certificate': certificate };
      const inputs = { registry: host, image: 'shop/app:v1', source: `oci:${layout}`, ...trust };
      const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
      const environment = { GITHUB_ACTIONS: 'true', ...Object.fromEntries(variables) };
      return run(process.execPath, ['--max-old-space-size=512', action], environment).start();
    },
    crane: ({ host, certificate }) => {
      const flags = certificate === undefined ? ['--insecure'] : [];
      const trust = certificate === undefined ? {} : { SSL_CERT_FILE: certificate };
      return run(crane, ['push', ...flags, layout, image(host)], trust).start();
    },
    regctl: ({ host, certificate }) => {
      const { cwd, env, start } = run(regctl, ['image', 'copy', `ocidir://${layout}:v1`, image(host)]);
      const tls = certificate === undefined ? ['--tls', 'disabled'] : ['--cacert', readFileSync(certificate, 'utf8')];
      spawnSync(regctl, ['registry', 'set', host, ...tls, '--skip-check'], { cwd, env });
      return start();
    },
    skopeo: ({ host, certificate }) => {
      const trust = mkdtempSync(join(folder, 'trust-'));
      copyFileSync(certificate, join(trust, 'ca.crt'));
      const flags = ['--insecure-policy', 'copy', '--dest-cert-dir', trust];
      return run(skopeo, [...flags, `oci:${layout}:v1`, `docker://${image(host)}`]).start();
    },
  };
}
