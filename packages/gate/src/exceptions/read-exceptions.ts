import { asObject, asString, PilotError } from '@harbor-pilot/core';
import { parseCycloneDxVex } from './cyclonedx-vex.ts';
import type { ExceptionFile } from './exception.ts';
import { readJson, readYaml } from './located.ts';
import { parseOpenVex } from './openvex.ts';
import { parseTrivyIgnore, parseTrivyIgnoreYaml } from './trivyignore.ts';

/** More lines than that nobody reads any more. */
const ignoreLimitBytes = 256 * 1024;

/**
 * Reads a file of exceptions: OpenVEX or CycloneDX in JSON, `.trivyignore.yaml` by the end of its name, else `.trivyignore`.
 * @param file name, for messages and reports.
 * @throws PilotError INPUT_INVALID with the line.
 */
export async function readExceptions(text: string, file: string): Promise<ExceptionFile> {
  if (/\.ya?ml$/i.test(file)) {
    return { exceptions: parseTrivyIgnoreYaml(await readYaml(text, file), file), warnings: [] };
  }
  if (/^\uFEFF?\s*\{/.test(text) || /\.json$/i.test(file)) return readVex(text.replace(/^\uFEFF/, ''), file);
  if (text.length <= ignoreLimitBytes) return { exceptions: parseTrivyIgnore(text, file), warnings: [] };
  throw new PilotError('INPUT_INVALID', `${file}: it is larger than ${ignoreLimitBytes} bytes`);
}

async function readVex(text: string, file: string): Promise<ExceptionFile> {
  const located = await readJson(text, file);
  const root = asObject(located.value);
  if (root?.bomFormat === 'CycloneDX') return parseCycloneDxVex(located, file);
  if (asString(root?.['@context'])?.startsWith('https://openvex.dev/ns') === true) return parseOpenVex(located, file);
  throw new PilotError('INPUT_INVALID', `${file}: it is neither an OpenVEX nor a CycloneDX document`, {
    hint: 'OpenVEX has "@context": "https://openvex.dev/ns/v0.2.0", CycloneDX has "bomFormat": "CycloneDX".',
  });
}
