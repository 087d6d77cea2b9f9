import { databaseText, type InstalledPackage, unreadable } from './installed-package.ts';

/**
 * Reads `/lib/apk/db/installed` (apk-tools 2, "Alpine Package Keeper database"): blocks of `P:` name, `V:` version, `o:`
 * origin.
 * @throws PilotError SCAN_FAILED when a block has no name or version.
 */
export function parseApkInstalled(path: string, bytes: Uint8Array): InstalledPackage[] {
  const blocks = databaseText(path, bytes)
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '');
  return blocks.map((block) => {
    const lines = block.split('\n');
    const field = (letter: string): string | undefined => lines.find((line) => line.startsWith(`${letter}:`))?.slice(2);
    const name = field('P');
    const version = field('V');
    if (!name || !version) throw unreadable(path, `"${block.trim().slice(0, 60)}" has no name or no version`);
    return { name, version, advisoryName: field('o') || name, advisoryVersion: version };
  });
}
