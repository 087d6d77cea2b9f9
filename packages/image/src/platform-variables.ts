import { arch } from 'node:os';
import { formatPlatform, type Platform } from '@harbor-pilot/oci';

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** The platform that containers of this machine would have: Linux on its processor. */
export function machinePlatform(): Platform {
  return { os: 'linux', architecture: goArchitectures[arch()] ?? arch() };
}

/** The ARGs that are there without being declared before the first FROM (Dockerfile reference 1.x, "Automatic platform ARGs"). */
export function platformVariables(build: Platform, target: Platform): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [prefix, platform] of [['BUILD', build] as const, ['TARGET', target] as const]) {
    variables.set(`${prefix}PLATFORM`, formatPlatform(platform));
    variables.set(`${prefix}OS`, platform.os);
    variables.set(`${prefix}ARCH`, platform.architecture);
    variables.set(`${prefix}VARIANT`, platform.variant ?? '');
  }
  return variables;
}
