export type { HostTrust, Http, HttpRequest, HttpResponse, RequestBody } from './types.ts';
