import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { compareAlpine } from './alpine-order.ts';
import type { Order } from './compare-parts.ts';
import { compareDebian } from './debian-order.ts';
import { compareGeneral } from './general-order.ts';
import { comparePython } from './python-order.ts';
import { compareRpm } from './rpm-order.ts';
import { compareSemantic } from './semantic-order.ts';

/** Which order the packages of a type have; types as package URLs, Trivy and Grype call them. */
const orders: readonly (readonly [Order, readonly string[]])[] = [
  [compareDebian, ['deb', 'debian', 'ubuntu', 'echo']],
  [compareAlpine, ['apk', 'alpine', 'wolfi', 'chainguard', 'minimos']],
  [
    compareRpm,
    [
      ...['rpm', 'redhat', 'centos', 'rocky', 'alma', 'oracle', 'fedora', 'amazon', 'photon', 'azurelinux'],
      ...['cbl-mariner', 'mariner', 'suse', 'sles', 'opensuse', 'opensuse-leap', 'opensuse-tumbleweed', 'openeuler'],
    ],
  ],
  [comparePython, ['pypi', 'python', 'python-pkg', 'pip', 'pipenv', 'poetry', 'uv', 'pylock', 'conda-pkg']],
  [
    compareSemantic,
    [
      ...['npm', 'node-pkg', 'yarn', 'pnpm', 'bun', 'cargo', 'rust-crate', 'rustbinary', 'golang', 'gomod', 'gobinary'],
      ...['go-module', 'composer', 'composer-vendor', 'php-composer', 'nuget', 'dotnet', 'dotnet-core', 'pub', 'hex'],
    ],
  ],
];

const byType = new Map(orders.flatMap(([order, types]) => types.map((type) => [type, order] as const)));

/** The order of the versions of a package: that of its type, or else of its package URL, or else a general one. */
export function orderOf({ packageType, purl }: Pick<FoundVulnerability, 'packageType' | 'purl'>): Order {
  const ofType = byType.get(packageType?.toLowerCase() ?? '');
  const ofPurl = byType.get(/^pkg:\/*([^/]+)/.exec(purl ?? '')?.[1]?.toLowerCase() ?? '');
  return ofType ?? ofPurl ?? compareGeneral;
}
