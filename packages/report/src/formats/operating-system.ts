import type { JudgedVulnerability } from '@harbor-pilot/step-kit';

const distributions = new Set(
  'alma almalinux alpine amazon azurelinux centos chainguard debian fedora mariner opensuse oracle photon redhat rocky sles ubuntu wolfi'.split(
    ' ',
  ),
);

/** The distribution that a package is of, as its package URL (`?distro=debian-12`) or its type says, else `unknown`. */
export function operatingSystemOf({ purl, packageType }: JudgedVulnerability): string {
  const distribution = /[?&]distro=([\w.+-]+)/.exec(purl ?? '')?.[1];
  if (distribution !== undefined) return distribution;
  return packageType !== undefined && distributions.has(packageType) ? packageType : 'unknown';
}
