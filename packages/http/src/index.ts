export { type BasicCredentials, basicAuthorization, credentialsHint } from './basic.ts';
export { pemCertificates } from './certificate-facts.ts';
export { createHttp, type HttpOptions } from './client.ts';
export { type ClientIdentityParts, parseClientIdentity } from './client-identity.ts';
export { nextLink } from './links.ts';
export type { Policy, Tries } from './policy.ts';
export { type Problem, readProblem } from './problem.ts';
export { type Attempt, credentialsRefused, refusalError } from './refusals.ts';
export type { ClientIdentity, HostTrust, Http, HttpRequest, HttpResponse, RequestBody } from './types.ts';
