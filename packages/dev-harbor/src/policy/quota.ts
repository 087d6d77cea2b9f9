import type { Harbor } from '../harbor.ts';
import { denied } from '../server/refusal.ts';
import type { Project } from '../store/projects.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

const largestBytes = 1024 * 1024 ** 4;

/** Why a storage limit is none; undefined when it is one. */
export function limitRefusal(bytes: number): string | undefined {
  if (bytes <= 0 && bytes !== -1) return `invalid non-positive value for quota limit, value=${bytes}`;
  return bytes > largestBytes ? `exceeded 1024TB, which is ${largestBytes} Bytes, value=${bytes}` : undefined;
}

/**
 * Refuses what would exceed a project's storage quota. Where it is exceeded already, even adding nothing is refused. The
 * server may have quotas switched off.
 * @throws Refusal 403 with the amounts.
 */
export function requireRoom(
  harbor: Pick<Harbor, 'quotas' | 'configuration'>,
  project: Project,
  addedBytes: number,
): void {
  if (!harbor.configuration.values.quota_per_project_enable) return;
  const limitBytes = harbor.quotas.ofProject(project.id)?.limitBytes ?? -1;
  const usedBytes = harbor.quotas.usedBytes(project.id);
  if (limitBytes === -1 || usedBytes + addedBytes <= limitBytes) return;
  throw denied(
    `${addedBytes > 0 ? 'adding' : 'subtracting'} ${format(addedBytes)} of storage resource, which when updated to current usage of ` +
      `${format(usedBytes)} will exceed the configured upper limit of ${format(limitBytes)}.`,
  );
}

function format(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit]}`;
}
