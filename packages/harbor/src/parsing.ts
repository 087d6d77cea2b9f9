import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { type Digest, formatPlatform, isDigest } from '@harbor-pilot/oci';
import type { Scanner } from './types.ts';

/** An object of Harbor's JSON. */
export type HarborObject = Readonly<Record<string, unknown>>;

/**
 * An answer that must be an object.
 * @throws PilotError ANSWER_UNEXPECTED otherwise.
 */
export function requireObject(value: unknown, what: string): HarborObject {
  const object = asObject(value);
  if (object !== undefined) return object;
  throw new PilotError('ANSWER_UNEXPECTED', `Harbor answered no object for ${what}`, {
    hint: 'Check that the host is a Harbor of version 2.',
  });
}

/** A time, or undefined: Harbor writes the year 1 for "never". */
export function parseTime(value: unknown): Date | undefined {
  const text = asString(value);
  if (text === undefined || text.startsWith('0001-')) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** A digest, or undefined when it is none. */
export function parseOptionalDigest(value: unknown): Digest | undefined {
  return typeof value === 'string' && isDigest(value) ? value : undefined;
}

/**
 * A digest that must be there.
 * @throws PilotError ANSWER_UNEXPECTED otherwise.
 */
export function requireDigest(value: unknown, what: string): Digest {
  const digest = parseOptionalDigest(value);
  if (digest !== undefined) return digest;
  throw new PilotError('ANSWER_UNEXPECTED', `Harbor answered no digest for ${what}`, {
    hint: 'Check that the host is a Harbor of version 2.',
  });
}

/** Text that is not empty, or undefined. */
export function filled(value: unknown): string | undefined {
  return asString(value)?.trim() || undefined;
}

/** A platform as Harbor tells it of an image, `linux/arm64/v8`, or undefined. */
export function parsePlatform(value: unknown): string | undefined {
  const { os, architecture, variant } = asObject(value) ?? {};
  const [system, machine, kind] = [os, architecture, variant].map(asString);
  if (!system || !machine) return undefined;
  return formatPlatform({ os: system, architecture: machine, ...(kind ? { variant: kind } : {}) });
}

/** A scanner as overviews and reports name it. */
export function parseScanner(value: unknown): Scanner | undefined {
  const object = asObject(value);
  const name = filled(object?.name);
  const vendor = filled(object?.vendor);
  const version = filled(object?.version);
  if (name === undefined) return undefined;
  return {
    name,
    ...(vendor === undefined ? {} : { vendor }),
    ...(version === undefined ? {} : { version }),
  };
}

/** The entry of a map by media type; the newest form when there are several. */
export function newestForm(value: unknown): HarborObject | undefined {
  return formsOf(value)[0]?.form;
}

/** The entries of a map by media type, the newest form first. The names are not fixed: scanners bring their own. */
export function formsOf(value: unknown): readonly { readonly type: string; readonly form: HarborObject }[] {
  return Object.entries(asObject(value) ?? {})
    .sort(([one], [other]) => versionOf(other) - versionOf(one))
    .map(([type, form]) => ({ type, form: asObject(form) }))
    .filter((entry): entry is { type: string; form: HarborObject } => entry.form !== undefined);
}

function versionOf(mediaType: string): number {
  return Number(/version=([0-9]+\.[0-9]+)/.exec(mediaType)?.[1] ?? 0);
}
