import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ErrorCode, makeFolder, PilotError, secondsSince, writeWhole } from '@harbor-pilot/core';
import { renderHtml } from '@harbor-pilot/report';
import { formatRecord, parseRecord, type ReleaseRecord, type Runtime } from '@harbor-pilot/step-kit';
import { executeStep, releaseStep } from '@harbor-pilot/steps';
import { type Accounts, prepareProject, project } from './project.ts';
import { type Stage, setStage } from './stage.ts';

/** One release of the demo. */
interface Act {
  readonly title: string;
  readonly version: string;
  readonly platforms?: string;
  /** The code with which it is meant to end; none when it is meant to succeed. */
  readonly endsWith?: ErrorCode;
  /** Where to leave what the gate found, when that is worth a look. */
  readonly gateReports?: string;
}

/** Plays the demo and writes its report and record. */
export async function runDemo(runtime: Runtime, output: string): Promise<void> {
  const begin = runtime.clock.now();
  const folder = resolve(runtime.workspace, output);
  await makeFolder(folder);
  const stage = await runtime.group('Setting the stage', () => setStage(runtime));
  const accounts = await runtime.group(`Project ${project}`, () => prepareProject(stage, runtime));
  await writeFile(join(stage.workspace, 'deploy', '00-namespace.yaml'), namespaceManifest);
  const play = (act: Act): Promise<ReleaseRecord> =>
    runtime.group(act.title, () => playAct(act, stage, accounts, runtime));

  const released = await play({ title: 'Release 1.0.0: all is well', version: '1.0.0' });
  const records = [released];
  if (stage.plantAdvisory === undefined) {
    runtime.warn('skipped "a release that the gate refuses": an advisory can only be planted in the embedded Harbor');
  } else {
    const removeAdvisory = await stage.plantAdvisory();
    records.push(
      await play({
        title: 'Release 1.1.0: a dependency has a vulnerability',
        version: '1.1.0',
        endsWith: 'GATE_REFUSED',
        gateReports: join(folder, 'refused-by-the-gate'),
      }),
    );
    await removeAdvisory();
  }
  records.push(
    await play({
      title: 'Release 1.2.0: an image that no node of the cluster can run',
      version: '1.2.0',
      platforms: 'linux/s390x',
      endsWith: 'ROLLOUT_FAILED',
    }),
  );
  await writeWhole(join(folder, 'report.html'), renderHtml(records));
  await writeWhole(join(folder, 'harbor-pilot.json'), formatRecord(released));
  runtime.info(`report: ${join(output, 'report.html')}, record: ${join(output, 'harbor-pilot.json')}`);
  const seconds = secondsSince(begin, runtime.clock);
  runtime.info(`released ${released.image}@${released.digest} in ${seconds.toFixed(1)} s`);
}

const namespaceManifest = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: hello\n';

async function playAct(act: Act, stage: Stage, accounts: Accounts, runtime: Runtime): Promise<ReleaseRecord> {
  const inputs = releaseInputs(act, stage, accounts);
  const actor: Runtime = {
    ...runtime,
    workspace: stage.workspace,
    environment: { HOME: stage.workspace, DEMO_SIGNING_KEY: accounts.privateKeyPem },
    setOutput: () => undefined,
    summary: async () => undefined,
    info: (line) => runtime.info(`  ${line}`),
    group: (title, body) => runtime.group(`  ${title}`, body),
  };
  const error = await executeStep(releaseStep, actor, [(kebab) => inputs[kebab]]).then(() => undefined, asPilotError);
  if (error?.code !== act.endsWith) throw error ?? new PilotError('INTERNAL', `the demo expected ${act.endsWith}`);
  if (error !== undefined) {
    runtime.info(`  as expected: ${error.code}: ${error.message}`);
    if (error.hint !== undefined) runtime.info(`  hint: ${error.hint}`);
  }
  return parseRecord(await readFile(join(stage.workspace, 'harbor-pilot.json'), 'utf8'));
}

function asPilotError(error: unknown): PilotError {
  if (error instanceof PilotError) return error;
  throw error;
}

function releaseInputs(act: Act, stage: Stage, accounts: Accounts): Readonly<Record<string, string>> {
  return {
    registry: stage.registry,
    username: accounts.releaser.username,
    password: accounts.releaser.password,
    ...(stage.caCertificate === undefined ? {} : { 'ca-certificate': stage.caCertificate }),
    tags: `${act.version}\nlatest`,
    ...(act.platforms === undefined ? {} : { platforms: act.platforms }),
    ...(act.gateReports === undefined ? {} : { 'gate-reports': act.gateReports }),
    'build-args': `BASE_IMAGE=${accounts.baseImage}`,
    labels: `org.opencontainers.image.version=${act.version}`,
    key: 'env://DEMO_SIGNING_KEY',
    'key-password': accounts.keyPassword,
    kubeconfig: stage.kubeconfig,
    replaces: 'registry.example.com/shop/hello',
    'rollout-timeout': '30s',
    'scan-timeout': '60s',
    'pull-secret': 'harbor-pull',
    'pull-username': accounts.puller.username,
    'pull-password': accounts.puller.password,
  };
}
