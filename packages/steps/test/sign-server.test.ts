import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import type { Http, HttpResponse } from '@harbor-pilot/http';
import { describe, expect, it } from '@jest/globals';
import type { Connection } from '../src/connect.ts';
import { serverOf } from '../src/sign/server.ts';
import { captureRuntime } from './runtime.ts';

const harborChallenge = 'Bearer realm="https://harbor.example.com/service/token",service="harbor-registry"';
const dockerChallenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';

/** A server whose API tells a version, or fails, and whose registry answers with a challenge. */
function connectionTo(version: string | undefined | ErrorCode, challenge?: string): Connection {
  const isError = version !== undefined && /^[A-Z_]+$/.test(version);
  const harbor = {
    version: async () => {
      if (isError) throw new PilotError(version as ErrorCode, 'no answer of the API');
      return version;
    },
  } satisfies Partial<Harbor> as unknown as Harbor;
  const response = {
    status: challenge === undefined ? 200 : 401,
    headers: challenge === undefined ? {} : { 'www-authenticate': challenge },
    discard: async () => undefined,
  } satisfies Partial<HttpResponse> as unknown as HttpResponse;
  const http = { request: async () => response } satisfies Partial<Http> as unknown as Http;
  const reference = { registry: 'harbor.example.com', repository: 'shop/app' };
  return { harbor, http, reference, isPlainHttp: false } as Partial<Connection> as Connection;
}

const serverAt = (version: string | undefined | ErrorCode, challenge?: string) =>
  serverOf(connectionTo(version, challenge), captureRuntime('/'));

describe('the server whose policies are to recognise a signature', () => {
  it('is a Harbor that tells its version, or does not', async () => {
    await expect(serverAt('v2.14.4')).resolves.toEqual({ kind: 'harbor', version: 'v2.14.4' });
    await expect(serverAt(undefined)).resolves.toEqual({ kind: 'harbor', version: '' });
  });

  it.each(['ANSWER_UNEXPECTED', 'REFERENCE_NOT_FOUND', 'AUTH_DENIED', 'HARBOR_UNAVAILABLE'] as const)(
    'is a Harbor whose API answers %s, or another registry',
    async (code) => {
      await expect(serverAt(code, harborChallenge)).resolves.toEqual({
        kind: 'silent',
        reason: 'no answer of the API',
      });
      await expect(serverAt(code, dockerChallenge)).resolves.toEqual({ kind: 'registry' });
      await expect(serverAt(code)).resolves.toEqual({ kind: 'registry' });
    },
  );

  it.each(['AUTH_FAILED', 'TLS_UNTRUSTED'] as const)('is not known when asking ends with %s', async (code) => {
    await expect(serverAt(code, harborChallenge)).rejects.toMatchObject({ code });
  });
});
