import { hash } from 'node:crypto';
import type { GateReport } from '@harbor-pilot/step-kit';

/**
 * A name for each vulnerability that later reports give it again, in their order: 64 hexadecimal digits, each given once.
 * It is made of the image without its digest, the vulnerability, the package and its place; so it outlives a new build of
 * the image, a new version of the package and a new rating. Where all of these are the same (two versions of one package),
 * the first, second … of them are told apart by their number.
 */
export function fingerprintsOf({ image, vulnerabilities }: GateReport): string[] {
  const counts = new Map<string, number>();
  return vulnerabilities.map((found) => {
    const { id, packageType = '', package: inPackage, path = '' } = found;
    const name = `${image}\n${id}\n${packageType}\n${inPackage}\n${path}`;
    const fingerprint = hash('sha256', name);
    const count = (counts.get(fingerprint) ?? 0) + 1;
    counts.set(fingerprint, count);
    return count === 1 ? fingerprint : hash('sha256', `${name}\n${count}`);
  });
}
