import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';

/**
 * The file that a vulnerability is shown at: the one in the image where that is known, else the image itself. Always
 * relative and inside, whatever the source says, for readers join it to the folder of a checkout.
 */
export function artifactPath({ image }: GateReport, { path }: JudgedVulnerability): string {
  const inside = (path ?? '').split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return inside.length > 0 ? inside.join('/') : image;
}
