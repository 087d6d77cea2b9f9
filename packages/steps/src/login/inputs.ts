import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, writeInputs } from '../common.ts';
import { brokerInputs } from './broker-inputs.ts';
import { robotPresets } from './robot-presets.ts';

/** All inputs of the step `login`. */
export const loginStepInputs = {
  ...commonInputs,
  image: {
    ...commonInputs.image,
    description:
      'An image whose registry is meant, when `registry` is not given. The log tells what the account may do in its project.',
    required: false,
  },
  registryAuth: {
    kind: 'secret',
    description:
      'Several registries in one step: a YAML list of `registry`, `username` and `password`. All must take their credentials, or none are kept.',
  },
  ...brokerInputs,
  robotPreset: {
    kind: 'choice',
    description: 'What the robot account of the job may do.',
    choices: robotPresets,
    config: 'login.robot-preset',
  },
  robotProjects: {
    kind: 'list',
    description:
      'The projects in which it may do so; without them that of `image`. More than one takes a broker that may make robot accounts of the system.',
    default: [],
    config: 'login.robot-projects',
  },
  allowForks: {
    ...writeInputs.allowForks,
    description:
      'Make a robot account that may push for pull and merge requests of forks, too. Without it the step refuses there.',
  },
  robotSweepAfter: {
    kind: 'duration',
    description:
      'Delete robot accounts that jobs have left in these projects when they are older than that. No job should take so long.',
    default: 24 * 3600,
    config: 'login.robot-sweep-after',
  },
  dockerConfig: {
    kind: 'text',
    description:
      'Folder to write a Docker `config.json` and an `auth.json` for skopeo, podman and buildah into, together with what your own ones say. On GitHub a private one is made, exported as `DOCKER_CONFIG` and `REGISTRY_AUTH_FILE`, and removed when the job ends; elsewhere the credentials are only checked unless you name a folder.',
    config: 'login.docker-config',
  },
  exportCa: {
    kind: 'boolean',
    description:
      'Have all programs of later steps trust the authority, too: it is joined with those of the system in a file that `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` and `NODE_EXTRA_CA_CERTS` name.',
    default: false,
    config: 'login.export-ca',
  },
  proxyForBuilds: {
    kind: 'boolean',
    description:
      'Write the proxies of this job (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) into the Docker configuration, which hands them to builds and containers. Those that it has already stay.',
    default: false,
    config: 'login.proxy-for-builds',
  },
  logout: {
    kind: 'boolean',
    description:
      'On GitHub, remove the folder when the job ends, unless it was there before; and delete the robot account that was made for the job.',
    default: true,
    config: 'login.logout',
  },
  expiresAt: {
    kind: 'text',
    description:
      'When the robot account expires, `2027-01-31`, or the number that Harbor gives as `expires_at`. A robot account may not look that up itself; a broker that is given besides may.',
    config: 'login.expires-at',
  },
  expiryWarningDays: {
    kind: 'number',
    description: 'Warn when `expires-at` is at most so many days away.',
    least: 0,
    most: 9999,
    isWhole: true,
    default: 14,
    config: 'login.expiry-warning-days',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `login`. */
export const loginStepOutputs = {
  registry: { description: 'Host of the registry that took the credentials; several are separated by commas.' },
  dockerConfig: { description: 'Folder of the Docker configuration, when one was written.' },
  certsFolder: {
    description:
      'Folder with a folder of each registry, named by its host, with `ca.crt`, `client.cert` and `client.key`: the `certs.d` of Docker, podman, buildah and skopeo. When there is something to trust.',
  },
  caBundle: { description: 'The file of all authorities, with `export-ca`.' },
  buildkitdConfig: { description: 'The `buildkitd.toml` that names these files, for docker/setup-buildx-action.' },
  registryAuthFile: { description: 'The `auth.json` in it, for skopeo, podman and buildah.' },
  username: { description: 'Name of the robot account that was made for the job.' },
  robotId: { description: 'Its number in Harbor.' },
  expiresAt: { description: 'When it expires if nobody deletes it.' },
} as const satisfies OutputDeclarations;
