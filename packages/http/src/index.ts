export { createHttp, type HttpOptions } from './client.ts';
export type { HostTrust, Http, HttpRequest, HttpResponse, RequestBody } from './types.ts';
