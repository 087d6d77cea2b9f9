import type { ProjectScanner } from '@harbor-pilot/harbor';
import type { Check, Finding } from '../check.ts';
import { type ProjectView, unlessDenied } from './examinee.ts';

/** Vulnerabilities are published every day: data that is older than this misses many. */
const oldDays = 7;
const dayMilliseconds = 86_400_000;

/** The checks of the project's scanner. */
export function scannerChecks(view: ProjectView): readonly Check[] {
  return [
    {
      id: 'scanner',
      area: 'policies',
      title: 'scanner',
      matters:
        'Without a scanner that answers, no image gets a verdict, and the vulnerability policy lets unscanned ones pass.',
      needs: ['project'],
      look: () => unlessDenied(view, '"scanner: read"', () => lookAtScanner(view)),
    },
    {
      id: 'scanner-data',
      area: 'policies',
      title: "age of the scanner's data",
      matters: 'A scanner does not find what was published after its data.',
      needs: ['scanner'],
      look: () => unlessDenied(view, 'the rights of an administrator of the system', () => lookAtData(view)),
    },
  ];
}

async function lookAtScanner({ context, project, details }: ProjectView): Promise<Finding> {
  const scanner = await context.harbor.projectScanner(project);
  const problem = problemOf(scanner);
  if (scanner === undefined || problem !== undefined) {
    return {
      status: 'failed',
      code: 'SCAN_NO_SCANNER',
      seen: problem ?? 'the project has no scanner',
      advice:
        'See that a scanner is registered, enabled and healthy (Interrogation Services), and that Harbor reaches its address.',
    };
  }
  const { adapter, name } = scanner;
  const { isScannedOnPush } = await details();
  return {
    status: 'ok',
    seen: `${name} is healthy`,
    facts: [
      ...(adapter === undefined ? [] : [[adapter.name, adapter.version, adapter.vendor].filter(Boolean).join(', ')]),
      isScannedOnPush ? 'images are scanned when they are pushed' : 'images are scanned when somebody asks for it',
    ],
  };
}

function problemOf(scanner: ProjectScanner | undefined): string | undefined {
  if (scanner === undefined) return undefined;
  if (scanner.isDisabled) return `the scanner ${scanner.name} is switched off`;
  return scanner.isHealthy ? undefined : `the scanner ${scanner.name} does not answer Harbor`;
}

async function lookAtData({ context, project }: ProjectView): Promise<Finding> {
  const scanner = await context.harbor.projectScanner(project);
  const updatedAt = scanner && (await context.harbor.scannerDataUpdatedAt(scanner.uuid));
  if (updatedAt === undefined) return { status: 'skipped', seen: 'the scanner does not tell when its data is from' };
  const days = Math.floor((context.clock.now().getTime() - updatedAt.getTime()) / dayMilliseconds);
  const seen = `the data is from ${updatedAt.toISOString().slice(0, 10)}`;
  if (days <= oldDays) return { status: 'ok', seen };
  return {
    status: 'warning',
    seen: `${seen}, ${days} days old`,
    advice: 'See why the scanner does not update it: a proxy, a mirror, or a rate limit is often the reason.',
  };
}
