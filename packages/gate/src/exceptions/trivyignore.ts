import { closestTo, PilotError } from '@harbor-pilot/core';
import type { Exception } from './exception.ts';
import { expiryOf, parseExpiry } from './expiry.ts';
import { idPattern, requireId, requireList, requireMap, requireValues, textOf, textsOf, unusable } from './fields.ts';
import type { Located } from './located.ts';
import { parsePackageUrl } from './package-url.ts';

const noReason = 'no reason given';

/** Findings of Trivy that are no vulnerabilities: misconfigurations, and secrets by the name of their rule. */
const otherFinding = /^(?:AVD-|DS-?\d|KSV-?\d|(?!cve-|ghsa-)[a-z])/;

/**
 * Reads a `.trivyignore`: one id a line, maybe with `exp:2027-01-31`. The comment lines right above it, or what follows it
 * on its line, are the reason.
 * @param file name for messages and reports.
 * @throws PilotError INPUT_INVALID with the line; Trivy itself leaves such lines out, and an exception that nobody notices
 *   to be missing helps nobody.
 */
export function parseTrivyIgnore(text: string, file: string): readonly Exception[] {
  const exceptions: Exception[] = [];
  let comment: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^\uFEFF/, '').trim();
    if (line.startsWith('#')) {
      comment.push(line.replace(/^#+\s*/, ''));
      continue;
    }
    if (line !== '' && !otherFinding.test(line)) exceptions.push(parseLine(line, comment, file, index + 1));
    comment = [];
  }
  return exceptions;
}

function parseLine(line: string, comment: readonly string[], file: string, number: number): Exception {
  const invalid = (why: string, hint: string): PilotError =>
    new PilotError('INPUT_INVALID', `${file}:${number}: ${why}`, { hint });
  const [told = '', ...remark] = line.split('#');
  const [id = '', ...fields] = told.trim().split(/\s+/);
  if (!idPattern.test(id)) {
    throw invalid(`"${id}" is not the id of one vulnerability`, 'Write one id a line, such as CVE-2026-1234.');
  }
  // Trivy looks for the end in the whole line, and so finds it behind the "#", too.
  const [date, ...others] = [
    ...fields,
    ...remark
      .join(' ')
      .split(/\s+/)
      .filter((word) => word.startsWith('exp:')),
  ];
  const expiresAt = date?.startsWith('exp:') === true ? parseExpiry(date.slice(4)) : undefined;
  if (date !== undefined && (expiresAt === undefined || others.length > 0)) {
    // Taken for a remark, a mistyped date would be an exception for ever.
    const isNear = closestTo(date.split(/[:=]/)[0] ?? '', ['exp', 'expires', 'expired_at', 'until']) !== undefined;
    throw invalid(
      `"${[date, ...others].join(' ')}" cannot be read`,
      `${isNear ? 'Did you mean "exp:"? ' : ''}Write a day as exp:2027-01-31, and a reason after "#".`,
    );
  }
  const reason = remark.join('#').trim() || comment.filter(Boolean).join(' ') || noReason;
  return { ids: [id], kind: 'accepted', reason, from: file, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** Lists of Trivy's file; those beside the vulnerabilities are about something else. */
const sections = ['vulnerabilities', 'misconfigurations', 'secrets', 'licenses'];
const keys = ['id', 'paths', 'purls', 'statement', 'expired_at'];

/**
 * Reads a `.trivyignore.yaml`: of its lists, that of the vulnerabilities.
 * @param file name for reports.
 * @throws PilotError INPUT_INVALID with the line.
 */
export function parseTrivyIgnoreYaml(located: Located, file: string): readonly Exception[] {
  const root = requireMap(located, [], located.value ?? {}, sections);
  return requireList(located, ['vulnerabilities'], root.vulnerabilities).map((value, index) => {
    const path = ['vulnerabilities', index];
    const map = requireMap(located, path, value, keys);
    requireValues(located, path, map, ['paths', 'purls', 'expired_at']);
    const id = textOf(located, path, map, 'id');
    if (id === undefined) throw unusable(located, path, 'the exception has no "id"');
    const expiresAt = expiryOf(located, [...path, 'expired_at'], textOf(located, path, map, 'expired_at'));
    const paths = textsOf(located, path, map, 'paths');
    const purls = textsOf(located, path, map, 'purls')?.map((text) => {
      const purl = parsePackageUrl(text);
      if (purl !== undefined) return purl;
      throw unusable(
        located,
        [...path, 'purls'],
        `"${text}" is not a package URL`,
        'Write one such as pkg:npm/lodash@4.17.20.',
      );
    });
    return {
      ids: [requireId(located, [...path, 'id'], id)],
      kind: 'accepted',
      reason: textOf(located, path, map, 'statement') ?? noReason,
      from: file,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(paths === undefined ? {} : { paths }),
      ...(purls === undefined ? {} : { purls }),
    };
  });
}
