import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, runProcess } from './run-process.ts';
import { root, type Workspace, type World } from './world.ts';

/** How a build in Jenkins ended. */
export interface JenkinsRun extends Run {
  /** With what the pipeline failed, if it did. */
  readonly error: string | undefined;
  /** Texts of the shell scripts that it ran. */
  readonly scripts: readonly string[];
}

/**
 * Runs a Jenkinsfile in a workspace through the CPS transformer of Jenkins, with the library `harbor-pilot` and the
 * credentials `harbor-release`, `harbor-pull`, `cosign-key`, `cosign-password` and `kubeconfig`; see JenkinsfileTest.groovy.
 */
export async function onJenkins(
  mvn: string,
  world: World,
  workspace: Workspace,
  jenkinsfile: string,
  tag = '1.0.0',
): Promise<JenkinsRun> {
  const { folder, home } = workspace;
  const { releaser, puller, keyPassword } = world.accounts;
  await writeFile(join(folder, 'Jenkinsfile'), jenkinsfile);
  await workspace.commit();
  const credentials = {
    'harbor-release': releaser,
    'harbor-pull': puller,
    'cosign-key': { path: workspace.keyFile },
    'cosign-password': { text: keyPassword },
    kubeconfig: { path: workspace.kubeconfig },
  };
  const [credentialsFile, resultFile] = [join(home, 'credentials.json'), join(home, 'result.json')];
  await writeFile(credentialsFile, JSON.stringify(credentials), { mode: 0o600 });
  const run = await runMaven(mvn, 'JenkinsfileTest', home, {
    HARBOR_PILOT_TEST_WORKSPACE: folder,
    HARBOR_PILOT_TEST_CREDENTIALS: credentialsFile,
    HARBOR_PILOT_TEST_RESULT: resultFile,
    HARBOR_PILOT_TEST_TAG: tag,
  });
  const text = await readFile(resultFile, 'utf8').catch(() => {
    throw new Error(`Maven left no result: ${run.log}`);
  });
  const { error, log, scripts } = JSON.parse(text) as { error: string | null; log: string; scripts: readonly string[] };
  return { ...run, log, exitCode: error === null ? 0 : 1, error: error ?? undefined, scripts };
}

/** Runs one test class of the library; what Maven makes goes into `home`, what it fetches is kept in the home of the user. */
export function runMaven(
  mvn: string,
  testClass: string,
  home: string,
  variables: Readonly<Record<string, string>>,
): Promise<Run> {
  const flags = ['--batch-mode', '--quiet', `-Dtest=${testClass}`, `-Dbuild.folder=${join(home, 'target')}`];
  return runProcess(mvn, [...flags, 'test'], {
    folder: join(root, 'jenkins-shared-lib'),
    // Half the time: a process that ends so soon gains nothing from the better compiler.
    environment: { HOME: process.env.HOME ?? home, MAVEN_OPTS: '-XX:TieredStopAtLevel=1', ...variables },
    timeoutSeconds: 230,
  });
}
