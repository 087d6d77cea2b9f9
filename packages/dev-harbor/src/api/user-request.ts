import { asString } from '@harbor-pilot/core';
import { type Body, type Fields, readBody } from '../server/body.ts';
import type { Exchange } from '../server/exchange.ts';
import { badRequest, invalidField } from '../server/refusal.ts';

/** What a user says about themselves. */
export interface Profile {
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
}

const profileFields: Fields = { email: 'string', realname: 'string', comment: 'string' };

/** The user that a request describes; nothing is checked but what the API itself checks. */
export async function readUser(exchange: Exchange): Promise<Profile & { username: string; password: string }> {
  const body = await readBody(exchange, 'userReq', { ...profileFields, username: 'string', password: 'string' });
  for (const field of ['email', 'username']) {
    if ([...textOf(body, field)].length > 255) throw invalidField(`${field} in body should be at most 255 chars long`);
  }
  return { ...profileOf(body), username: textOf(body, 'username'), password: textOf(body, 'password') };
}

/** The profile that a request describes; nothing is checked. */
export async function readProfile(exchange: Exchange): Promise<Profile> {
  return profileOf(await readBody(exchange, 'profile', profileFields));
}

function profileOf(body: Body): Profile {
  return { email: textOf(body, 'email'), realname: textOf(body, 'realname'), comment: textOf(body, 'comment') };
}

const textOf = (body: Body, field: string): string => asString(body[field]) ?? '';

const dotted = String.raw`[^<>()[\]\\.,;:\s@"]+(\.[^<>()[\]\\.,;:\s@"]+)*`;
const domain = String.raw`(\[\d{1,3}(\.\d{1,3}){3}\])|(([a-zA-Z\-\d]+\.)+[a-zA-Z]{2,})`;
const emailPattern = new RegExp(`^((${dotted})|(".+"))@(${domain})$`);
const illegal = /[,"~#%$]/;

/**
 * Checks a profile, and the name of a new user, against Harbor's rules, in its order.
 * @throws Refusal 400.
 */
export function checkProfile(profile: Profile, username?: string): void {
  if (profile.email === '') throw badRequest("email can't be empty");
  if (!emailPattern.test(profile.email)) throw badRequest('email with illegal format');
  checkName('realname', profile.realname);
  if (Buffer.byteLength(profile.comment) > 30) throw badRequest('comment with illegal length');
  if (username !== undefined) checkName('username', username);
}

function checkName(field: string, name: string): void {
  const sizeBytes = Buffer.byteLength(name);
  if (sizeBytes < 1 || sizeBytes > 255) throw badRequest(`${field} with illegal length`);
  if (illegal.test(name)) throw badRequest(`${field} contains illegal characters`);
}
