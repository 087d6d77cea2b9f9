/** User name and password of a registry or Harbor; a robot account is the same. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The value of an `Authorization` header for user name and password (RFC 7617). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Whether it is the full name of a robot account; the prefix is Harbor's default, or one without "$" in its place. */
export function isRobot({ username }: Credentials): boolean {
  return /^robot(\$|[-_.].+\+)/.test(username);
}
