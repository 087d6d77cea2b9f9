import { PilotError } from '@harbor-pilot/core';

/** A package that an image has. */
export interface InstalledPackage {
  /** Name and version as installed. */
  readonly name: string;
  readonly version: string;
  /** What advisories call it: the source package for Debian and Alpine, the name itself for npm (OSV schema 1.7, "affected[].package"). */
  readonly advisoryName: string;
  readonly advisoryVersion: string;
}

/**
 * The text of a file of a package database.
 * @throws PilotError SCAN_FAILED when it is not UTF-8.
 */
export function databaseText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'it is not UTF-8 text', error);
  }
}

/** The error for a database that is there and cannot be read: without it the image would look clean. */
export function unreadable(path: string, why: string, cause?: unknown): PilotError {
  return new PilotError('SCAN_FAILED', `/${path} of the image cannot be read: ${why}`, {
    cause,
    hint: 'A package database that cannot be read would make the image look clean. Repair or remove it.',
  });
}
