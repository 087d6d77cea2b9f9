import type { JudgedVulnerability } from '@harbor-pilot/step-kit';

/** Types of packages by which a distribution is known. */
const distributions = new Set([
  'alma',
  'almalinux',
  'alpine',
  'amazon',
  'azurelinux',
  'centos',
  'chainguard',
  'debian',
  'fedora',
  'opensuse',
  'oracle',
  'photon',
  'redhat',
  'rocky',
  'sles',
  'ubuntu',
  'wolfi',
]);

/**
 * The distribution that a package is of: `debian-12` as its package URL says (`?distro=debian-12`, or of Alpine the version
 * alone), else the type of the package, else `unknown`.
 */
export function operatingSystemOf({ purl = '', packageType = '' }: JudgedVulnerability): string {
  const [, distribution] = /[?&]distro=([\w.+-]+)/.exec(purl) ?? [];
  const name = distributions.has(packageType) ? packageType : 'unknown';
  if (distribution === undefined) return name;
  return /^\d/.test(distribution) ? `${name}-${distribution}` : distribution;
}
