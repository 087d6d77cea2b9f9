import { formatCount, unless } from '@harbor-pilot/core';
import {
  ensureSbom,
  type JudgeRequest,
  listenForScans,
  type ScannedImage,
  type ScanProgress,
  scannerDataTime,
  type WebhookListener,
  waitForReport,
} from '@harbor-pilot/gate';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import { childNames } from './child-names.ts';
import type { GateValues } from './policy.ts';

/** What somebody has found in an image. */
export type Scanned = Pick<ScannedImage, 'platforms' | 'platformDigests' | 'vulnerabilities' | 'durationSeconds'> &
  Pick<JudgeRequest, 'source' | 'warnings' | 'lacksFixes'>;

/**
 * Finds out what is in an image, from whom the input `scan-source` says.
 * @throws PilotError of the family "no verdict", and what the clients throw; INPUT_INVALID, FILE_UNREADABLE for files.
 */
export async function scan(
  values: GateValues,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<Scanned> {
  switch (values.scanSource) {
    case 'harbor':
      return scannedByHarbor(values, tree, connection, runtime);
    case 'file': {
      const { scannedInFiles } = await import('./scanned-in-files.ts');
      return scannedInFiles(values.scanReports ?? [], tree, connection, runtime);
    }
    default: {
      const { scannedWithProgram } = await import('./scanned-with-program.ts');
      return scannedWithProgram(values.scanSource, values.scanTimeout, tree, connection, runtime);
    }
  }
}

/**
 * Makes sure that each image has a bill of materials: has Harbor make those that there are not yet, and waits for them.
 * @throws PilotError of the family "no verdict"; and what the Harbor client throws.
 */
export async function ensureSboms(
  { scanTimeout }: GateValues,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<void> {
  const sboms = await ensureSbom({ ...placeOf(tree, connection, runtime), timeoutSeconds: scanTimeout });
  runtime.info(
    `  bills of materials: ${sboms.map(({ platform, packageCount }) => `${platform} ${formatCount(packageCount, 'package')}`).join(', ')}`,
  );
}

/** Of what is scanned in Harbor, and as whom to wait for it. */
function placeOf(tree: ImageTree, { harbor, project, name }: Connection, { clock, signal }: Runtime) {
  const children = tree.children.map(({ digest }) => digest);
  const image = { digest: tree.root.digest, platforms: childNames(tree), children };
  return { harbor, project, repository: name, ...image, clock, signal };
}

/** What Harbor answers about a scanner that does not answer; it is waited for. */
const ill = ['HARBOR_UNAVAILABLE'] as const;

/**
 * Has Harbor tell what is in an image: waits for its scan, and asks for one where there is none, or too old a one.
 * @throws PilotError of the family "no verdict"; and what the Harbor client throws.
 */
async function scannedByHarbor(
  values: GateValues,
  tree: ImageTree,
  connection: Connection,
  runtime: Runtime,
): Promise<Scanned> {
  const { scanTimeout, maxReportAge, maxDataAge } = values;
  await using webhooks = await listen(values, runtime);
  const oldestScan = maxReportAge === undefined ? undefined : runtime.clock.now().getTime() - maxReportAge * 1000;
  const newestData = maxDataAge === undefined ? undefined : await unless(ill, scannerDataTime(connection));
  // A scan from before the last change of the data was made with older ones.
  const notBefore = Math.max(oldestScan ?? 0, newestData?.getTime() ?? 0);
  const { scanner, scannedAt, ...scanned } = await waitForReport({
    ...placeOf(tree, connection, runtime),
    timeoutSeconds: scanTimeout,
    ...(notBefore === 0 ? {} : { notBefore: new Date(notBefore) }),
    ...(webhooks === undefined ? {} : { news: webhooks }),
    progress: progressLines(runtime),
  });
  const dataUpdatedAt = maxDataAge === undefined ? undefined : (newestData ?? (await scannerDataTime(connection)));
  return {
    ...scanned,
    source: {
      name: scanner ?? 'Harbor',
      ...(scannedAt === undefined ? {} : { scannedAt }),
      ...(dataUpdatedAt === undefined ? {} : { dataUpdatedAt: dataUpdatedAt.toISOString() }),
    },
  };
}

/** A log in which nothing happens for longer looks as if the job hung. */
const repeatSeconds = 30;

/** A line for each state that a wait comes to, and now and then one that it still waits. */
function progressLines(runtime: Runtime): (state: ScanProgress) => void {
  let last = '';
  let dueSeconds = 0;
  return ({ status, scanner, scannerHealth, finished, total, elapsedSeconds }) => {
    const by = scanner === undefined ? '' : ` by ${scanner}`;
    const state = status === 'absent' ? `waiting for the scan${by} to begin` : `scan: ${status}${by}`;
    const health = scannerHealth === undefined ? '' : `, the scanner is ${scannerHealth}`;
    const count = total > 1 ? `, ${finished} of ${total} finished` : '';
    const line = `${state}${health}${count}`;
    if (line === last && elapsedSeconds < dueSeconds) return;
    runtime.info(`  ${line} (${elapsedSeconds.toFixed(1)} s)`);
    last = line;
    dueSeconds = elapsedSeconds + repeatSeconds;
  };
}

/** Without webhooks it goes on as well: they only make the next look come earlier. */
async function listen(
  { webhookPort: port, webhookHost: host, webhookAuthHeader = '' }: GateValues,
  runtime: Runtime,
): Promise<WebhookListener | undefined> {
  if (port === undefined) return undefined;
  const listener = await listenForScans({ port, host, authHeader: webhookAuthHeader });
  runtime.info(`  listening for webhooks on ${host}:${listener.port}`);
  return listener;
}
