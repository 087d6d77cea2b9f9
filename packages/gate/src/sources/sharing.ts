import type { ReportedVulnerability } from './scan-file.ts';

/**
 * Collects vulnerabilities. The same one is in many packages of an image, and a report repeats all its texts each time:
 * they are kept once.
 */
export class Sharing {
  readonly vulnerabilities: ReportedVulnerability[] = [];
  readonly #first = new Map<string, ReportedVulnerability>();

  add(found: ReportedVulnerability): void {
    const first = this.#first.get(found.id);
    if (first === undefined) this.#first.set(found.id, found);
    this.vulnerabilities.push(first === undefined || !isSame(first, found) ? found : { ...found, ...textsOf(first) });
  }
}

function textsOf({ title, description, links }: ReportedVulnerability): Partial<ReportedVulnerability> {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(links === undefined ? {} : { links }),
  };
}

function isSame(one: ReportedVulnerability, other: ReportedVulnerability): boolean {
  return (
    one.title === other.title && one.description === other.description && one.links?.join() === other.links?.join()
  );
}
