import { formatBytes, PilotError } from '@harbor-pilot/core';
import type { UnhealthyComponent } from '@harbor-pilot/harbor';
import type { Check, Finding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { examinerOf, unlessDenied } from './examinee.ts';

/** Without these nothing can be pushed or pulled. */
const vital: readonly string[] = ['core', 'database', 'redis', 'registry'];

/** Less than this part of the storage is little. */
const littleFree = 0.1;

/** The checks of Harbor as a whole. */
export function serverChecks(context: DoctorContext): readonly Check[] {
  const { credentials } = context;
  return [
    {
      id: 'harbor-api',
      area: 'project',
      title: "Harbor's API",
      matters: 'Scans, permissions, quotas and signatures are asked for there; a registry alone does not know them.',
      needs: credentials === undefined ? ['registry-api'] : ['registry-api', 'login'],
      look: () => lookAtApi(context),
    },
    {
      id: 'harbor-health',
      area: 'project',
      title: "Harbor's components",
      matters: 'A component that is down makes pushes, scans or clean-ups fail with errors that name something else.',
      needs: ['harbor-api'],
      look: async () => judgeHealth(await context.harbor.unhealthyComponents()),
    },
    {
      id: 'read-only',
      area: 'project',
      title: 'read-only mode',
      matters: 'In read-only mode Harbor gives images out and takes none.',
      needs: ['harbor-api'],
      look: () => lookAtMode(context),
    },
    {
      id: 'storage',
      area: 'project',
      title: 'storage of the server',
      matters: 'When the disk is full, pushes fail in all projects.',
      needs: ['harbor-api'],
      look: () => lookAtStorage(context),
    },
  ];
}

async function lookAtApi({ harbor }: DoctorContext): Promise<Finding> {
  const { version } = await harbor.systemInformation().catch((error: unknown) => {
    throw error instanceof PilotError && error.code === 'ANSWER_UNEXPECTED' ? notHarbor(error) : error;
  });
  return {
    status: 'ok',
    seen: version === undefined ? 'it answers, and tells its version only to who signs in' : `Harbor ${version}`,
  };
}

function notHarbor({ message, details }: PilotError): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `the registry does not answer as Harbor does: ${message}`, {
    hint: 'A registry of another kind has no such API: what comes before works with it; scans, gates, quotas and robot accounts do not. If it is a Harbor, the proxy before it must pass /api/ on.',
    details,
  });
}

function judgeHealth(components: readonly UnhealthyComponent[]): Finding {
  if (components.length === 0) return { status: 'ok', seen: 'all are healthy' };
  const names = components.map(({ name }) => name);
  const finding = {
    seen: `not healthy: ${names.join(', ')}`,
    facts: components.map(({ name, reason }) => `${name}: ${reason ?? 'no reason is given'}`),
    advice: `Look at the logs of ${names.join(', ')}. Scans and clean-ups need jobservice and registryctl, pushes and pulls the others.`,
  };
  if (!names.some((name) => vital.includes(name))) return { status: 'warning', ...finding };
  return { status: 'failed', code: 'HARBOR_UNAVAILABLE', ...finding };
}

async function lookAtMode({ harbor }: DoctorContext): Promise<Finding> {
  const { isReadOnly } = await harbor.systemInformation();
  if (isReadOnly === undefined) return { status: 'skipped', seen: 'Harbor tells it only to who signs in' };
  if (!isReadOnly) return { status: 'ok', seen: 'it is off' };
  return {
    status: 'failed',
    code: 'REGISTRY_READ_ONLY',
    seen: 'Harbor is in read-only mode: it takes no pushes, scans or tags',
    advice:
      'An administrator has switched it on (Configuration, System Settings, Repository Read Only). Try again when it is off.',
  };
}

async function lookAtStorage(context: DoctorContext): Promise<Finding> {
  return unlessDenied(examinerOf(context), 'the rights of an administrator of the system', async () => {
    const volumes = await context.harbor.volumes();
    if (volumes.length === 0) return { status: 'skipped', seen: 'Harbor tells nothing of its storage' };
    const facts = volumes.map(
      ({ freeBytes, totalBytes }) => `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} are free`,
    );
    const seen = facts.join('; ');
    if (volumes.every(({ freeBytes, totalBytes }) => freeBytes >= totalBytes * littleFree)) {
      return { status: 'ok', seen };
    }
    return { status: 'warning', seen, advice: 'Delete old images and run the garbage collection, or add storage.' };
  });
}
