/** User name and password for Basic authentication (RFC 7617). */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** The value of an `Authorization` header for user name and password. */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Whether it is the full name of a robot account; the prefix is Harbor's default, or one without "$" in its place. */
export function isRobot({ username }: BasicCredentials): boolean {
  return /^robot(\$|[-_.].+\+)/.test(username);
}
