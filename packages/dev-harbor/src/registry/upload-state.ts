import { createHmac, randomBytes } from 'node:crypto';
import { asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Settings } from '../store/settings.ts';

/** What the address of an upload says about it: a stale address is known by its offset. */
export interface UploadState {
  readonly upload: string;
  readonly repository: string;
  readonly offsetBytes: number;
}

/** The `_state` of an upload's address: signed, so that nobody but this server makes one. */
export function formatState(settings: Settings, state: UploadState): string {
  const content = Buffer.from(JSON.stringify(state)).toString('base64url');
  return `${content}.${signatureOf(settings, content)}`;
}

/** The state in an address; undefined when it is missing or was not made by this server. */
export function parseState(settings: Settings, text: string): UploadState | undefined {
  const [content = '', signature] = text.split('.');
  if (content === '' || signature !== signatureOf(settings, content)) return undefined;
  const state = asObject(JSON.parse(Buffer.from(content, 'base64url').toString()));
  const [upload, repository, offsetBytes] = [
    asString(state?.upload),
    asString(state?.repository),
    asNumber(state?.offsetBytes),
  ];
  if (upload === undefined || repository === undefined || offsetBytes === undefined) return undefined;
  return { upload, repository, offsetBytes };
}

function signatureOf(settings: Settings, content: string): string {
  let key = asString(settings.get('uploadKey'));
  if (key === undefined) {
    key = randomBytes(32).toString('hex');
    settings.set('uploadKey', key);
  }
  return createHmac('sha256', key).update(content).digest('base64url');
}
