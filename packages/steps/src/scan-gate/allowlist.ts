import { PilotError } from '@harbor-pilot/core';
import { allowlistDrift, allowlistExceptions, type ExceptedImage, type ExceptionFile } from '@harbor-pilot/gate';
import type { Allowlist } from '@harbor-pilot/harbor';
import type { Connection } from '../connect.ts';

/**
 * The exceptions that Harbor has: the CVE allowlist of the project, or that of the system where the project uses it. An
 * account that is not told of them has none.
 * @param own exceptions of the repository; where Harbor goes by another list when it gives out images, that is warned about.
 */
export async function readAllowlist(
  { harbor, project }: Pick<Connection, 'harbor' | 'project'>,
  own: ExceptionFile['exceptions'],
  image: ExceptedImage,
  now: Date,
): Promise<ExceptionFile> {
  const details = await unlessDenied(() => harbor.findProject(project));
  if (details === undefined) return nothing;
  const system = async (): Promise<Allowlist | undefined> => unlessDenied(() => harbor.systemAllowlist());
  const list = details.allowlist ?? (await system());
  if (list === undefined) return nothing;
  const exceptions = allowlistExceptions(list, details.allowlist === undefined ? undefined : project);
  const countsForPulls = details.refusedSeverity !== undefined;
  return { exceptions, warnings: countsForPulls ? allowlistDrift(own, exceptions, image, now) : [] };
}

const nothing: ExceptionFile = { exceptions: [], warnings: [] };

async function unlessDenied<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PilotError && ['AUTH_DENIED', 'AUTH_FAILED'].includes(error.code)) return undefined;
    throw error;
  }
}
