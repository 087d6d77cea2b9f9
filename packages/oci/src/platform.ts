import { PilotError } from '@harbor-pilot/core';

/** Operating system and architecture as Go names them, `linux/arm64/v8`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * Reads `os/architecture[/variant]`.
 * @throws PilotError INPUT_INVALID when the text is not of that form.
 */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9]+))?$/.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new PilotError('INPUT_INVALID', `"${text}" is not a platform`, {
      hint: 'Write it as linux/amd64 or linux/arm64/v8.',
    });
  }
  return { os: match[1], architecture: match[2], ...(match[3] === undefined ? {} : { variant: match[3] }) };
}

/** Writes a platform as `os/architecture[/variant]`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter((part) => part !== undefined).join('/');
}

// arm64 without a variant is v8 and arm without one is v7, as containerd's platforms package reads them.
const impliedVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };

/** Whether an image of the second platform runs on the first. */
export function platformMatches(wanted: Platform, offered: Platform): boolean {
  const variant = (platform: Platform): string => platform.variant ?? impliedVariants[platform.architecture] ?? '';
  return (
    wanted.os === offered.os && wanted.architecture === offered.architecture && variant(wanted) === variant(offered)
  );
}
