import { PilotError } from '@harbor-pilot/core';
import { unreachable } from './failures.ts';
import type { ProxyChoice } from './proxy-choice.ts';

/**
 * Blames the proxy for a connection that did not come about: behind one, it is the only thing that we connect to. A variable
 * that names no proxy is told, too.
 */
export function blameProxy(error: PilotError, { host, hostname }: URL, choice: ProxyChoice): PilotError {
  const reason = unreachable[String(error.details.reason)];
  if (reason === undefined || choice.kind === 'direct' || choice.kind === 'exempt') return error;
  const { variable } = choice;
  const told = (message: string, hint: string) =>
    new PilotError(error.code, message, { cause: error.cause, hint, details: error.details });
  if (choice.kind === 'unusable')
    return told(error.message, `${variable} is not the address of an HTTP proxy, so none was used. ${error.hint}`);
  if (error.details.reason !== 'ERR_PROXY_TUNNEL') {
    return told(
      `${host} is behind the proxy ${choice.proxy.host}, which cannot be reached: ${reason}`,
      `Correct ${variable}, or name the host in NO_PROXY when it is to be reached without the proxy.`,
    );
  }
  const status = Number(/: HTTP\/[\d.]+ (\d{3})/.exec(String(error.cause))?.[1] ?? 0);
  const answer = status === 0 ? '' : `: it answers ${status}`;
  return told(
    `the proxy ${choice.proxy.host} (${variable}) does not let us through to ${host}${answer}`,
    adviseOnProxy(status, choice, hostname),
  );
}

const unknownAuthority = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_|CERT_UNTRUSTED)/;

/** Many proxies of companies read what is sent: for that they show a certificate of their own in place of the server's. */
export function suspectProxy(error: PilotError, choice: ProxyChoice): PilotError {
  if (choice.kind !== 'proxy' || !unknownAuthority.test(String(error.details.reason))) return error;
  return new PilotError(error.code, error.message, {
    cause: error.cause,
    hint: `If the certificate is not that of the server, the proxy ${choice.proxy.host} (${choice.variable}) shows one of its own: then give that of its authority as "ca-certificate". ${error.hint}`,
    details: error.details,
  });
}

/**
 * What to do when a proxy does not let through.
 * @param status of its answer.
 */
export function adviseOnProxy(
  status: number,
  { variable, proxy }: Extract<ProxyChoice, { kind: 'proxy' }>,
  hostname: string,
): string {
  if (status === 407 && proxy.username !== '')
    return `It does not take the user name and the password in ${variable}: correct them, with special characters URL-encoded; a proxy that wants NTLM or Kerberos takes none. Or reach the host without it: add ${hostname} to NO_PROXY.`;
  if (status === 407)
    return `It wants a user name and a password: give them in ${variable}, http://user:password@proxy, with special characters URL-encoded. Or reach the host without it: add ${hostname} to NO_PROXY.`;
  if (status === 403)
    return `Its rules do not allow this host or port: have it allowed, or add ${hostname} to NO_PROXY if it is in the same network.`;
  if (status >= 500)
    return `It cannot reach the host itself: its name servers or routes do not know it. If this machine can, add ${hostname} to NO_PROXY.`;
  return `Check that ${variable} is the address of a proxy which allows CONNECT; or add ${hostname} to NO_PROXY.`;
}
