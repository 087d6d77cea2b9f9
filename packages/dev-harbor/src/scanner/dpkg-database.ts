import { databaseText, type InstalledPackage, unreadable } from './installed-package.ts';

/**
 * Reads `/var/lib/dpkg/status` or one file of `status.d` (deb-control(5), deb822(5)).
 * Packages of which only the configuration is left are not installed.
 * @throws PilotError SCAN_FAILED when a paragraph has no package or an installed one no version.
 */
export function parseDpkgStatus(path: string, bytes: Uint8Array): InstalledPackage[] {
  const paragraphs = databaseText(path, bytes)
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .filter((paragraph) => paragraph.trim() !== '');
  return paragraphs.flatMap((paragraph) => {
    const fields = parseFields(paragraph);
    const name = fields.get('package');
    const version = fields.get('version');
    if (name === undefined) throw unreadable(path, `"${paragraph.trim().slice(0, 60)}" names no package`);
    if (!isInstalled(fields.get('status'))) return [];
    if (version === undefined) throw unreadable(path, `${name} has no version`);
    return [{ name, version, ...sourceOf(name, version, fields.get('source')) }];
  });
}

function parseFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split(/\r?\n/)) {
    const field = /^([^\s:]+):(.*)$/.exec(line);
    if (field?.[1] !== undefined && field[2] !== undefined) fields.set(field[1].toLowerCase(), field[2].trim());
  }
  return fields;
}

/** The third word is the state; files without a Status field (distroless) list what is there. */
function isInstalled(status: string | undefined): boolean {
  const state = status?.split(/\s+/)[2];
  return status === undefined || (state !== 'config-files' && state !== 'not-installed');
}

/** `Source: name` or `Source: name (version)`, when it differs from the package. */
function sourceOf(
  name: string,
  version: string,
  source: string | undefined,
): Pick<InstalledPackage, 'advisoryName' | 'advisoryVersion'> {
  const parts = /^(\S+)(?:\s+\((.+)\))?$/.exec(source ?? '');
  return { advisoryName: parts?.[1] ?? name, advisoryVersion: parts?.[2] ?? version };
}
