import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PilotError, redact } from '@harbor-pilot/core';
import { createQuickClock } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectionError } from '../src/api-error.ts';
import { type ClusterClient, openCluster, resources, statusOf, type WatchEvent } from '../src/index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let client: ClusterClient;
let handlers: Handler[];
let requests: string[];

const kubeconfigFor = (address: string): string => `
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "${address}", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: { token: token-of-the-kubeconfig } }]
contexts: [{ name: x, context: { cluster: c, user: u } }, { name: empty, context: { cluster: none, user: u } }]
current-context: x
`;

beforeEach(async () => {
  handlers = [];
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = await openCluster(kubeconfigFor(address), undefined, createQuickClock());
});

afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const refusal = (code: number, message: string, details: object = {}): Handler =>
  answer(code, { kind: 'Status', status: 'Failure', code, message, reason: 'Because', details });
const place = { resource: resources.deployments, namespace: 'shop', name: 'hello' };

async function failureOf(promise: Promise<unknown>): Promise<PilotError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof PilotError) return error;
  throw new Error(`no PilotError: ${String(error)}`);
}

async function read(events: AsyncIterable<WatchEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) seen.push(`${type} ${String(object.kind)}`);
  return seen;
}

describe('requests', () => {
  it('carry the credentials of the kubeconfig, which are masked from then on', async () => {
    let authorization: string | undefined;
    handlers = [
      (request, response) => {
        authorization = request.headers.authorization;
        response.end('{"gitVersion":"v1.34.4"}');
      },
    ];
    expect(await client.version()).toBe('v1.34.4');
    expect(authorization).toBe('Bearer token-of-the-kubeconfig');
    expect(redact('it says token-of-the-kubeconfig')).toBe('it says ***');
  });

  it('are tried again when the cluster is busy or the connection breaks', async () => {
    handlers = [
      answer(503, 'starting'),
      answer(429, 'slowly', { 'retry-after': '1' }),
      (request) => request.socket.destroy(),
      answer(200, { kind: 'Deployment' }),
    ];
    expect(await client.get(place)).toEqual({ kind: 'Deployment' });
    expect(requests).toEqual(Array(4).fill('GET /apis/apps/v1/namespaces/shop/deployments/hello'));
  });

  it('end as CLUSTER_UNREACHABLE when a log is cut off, and when the server changes to another protocol', async () => {
    handlers = [
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('half', () => response.destroy());
      },
    ];
    const pod = { metadata: { name: 'hello', namespace: 'shop' } };
    const log = client.log(pod, 'main', { lines: 10, previous: false }, new AbortController().signal);
    expect((await failureOf(log)).code).toBe('CLUSTER_UNREACHABLE');
    handlers = [
      ({ socket }) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
      },
    ];
    expect((await failureOf(client.get(place))).code).toBe('CLUSTER_UNREACHABLE');
  });

  it('are refused in words that obey nobody', async () => {
    handlers = [refusal(403, 'forbidden\r\u001b[0Ksection_end:1:a\r\n::add-mask::b')];
    expect((await failureOf(client.get(place))).message).toMatch(/forbidden \[0Ksection_end:1:a ::add-mask::b$/);
  });

  it('end as CLUSTER_UNREACHABLE when that does not help', async () => {
    handlers = [answer(503, '<html>Service Unavailable</html>')];
    const error = await failureOf(client.get(place));
    expect(error.code).toBe('CLUSTER_UNREACHABLE');
    expect(error.message).toContain('Service Unavailable');
    expect(requests).toHaveLength(4);
  });

  it.each([
    [401, 'Unauthorized', 'CLUSTER_AUTH'],
    [403, 'deployments.apps "hello" is forbidden: User "ci" cannot get resource', 'CLUSTER_AUTH'],
    [403, 'pods "x" is forbidden: exceeded quota: small', 'ANSWER_UNEXPECTED'],
    [400, 'admission webhook "policy.test" denied the request: no', 'ANSWER_UNEXPECTED'],
    [410, 'too old resource version', 'ANSWER_UNEXPECTED'],
  ])('say what a %i (%s) means', async (status, message, code) => {
    handlers = [refusal(status, message)];
    const error = await failureOf(client.get(place));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(statusOf(error)).toBe(status);
  });

  it('give nothing for what is not there, and do not mind deleting it', async () => {
    handlers = [refusal(404, 'not found')];
    expect(await client.get(place)).toBeUndefined();
    await client.delete(place);
    expect(await client.resource('x.test/v1', 'Alien')).toBeUndefined();
  });

  it('name who owns the fields that an apply is about', async () => {
    const causes = [
      { reason: 'FieldManagerConflict', field: '.spec.paused', message: 'conflict with "kubectl" using apps/v1' },
      {
        reason: 'FieldManagerConflict',
        field: '.spec.replicas',
        message: 'conflict with "hpa" with subresource "scale" using apps/v1',
      },
    ];
    handlers = [refusal(409, 'Apply failed with 2 conflicts', { causes })];
    expect(await client.apply(place, {}, {})).toEqual({
      conflicts: [
        { field: '.spec.paused', manager: 'kubectl' },
        { field: '.spec.replicas', manager: 'hpa', subresource: 'scale' },
      ],
    });
  });

  it('find the path of a kind that not every cluster has', async () => {
    const rows = [
      { name: 'gateways/status', kind: 'Gateway', namespaced: true },
      { name: 'gateways', kind: 'Gateway', namespaced: true },
    ];
    handlers = [answer(200, { resources: rows })];
    const gateway = { apiVersion: 'g.test/v1', kind: 'Gateway', plural: 'gateways', namespaced: true };
    expect(await client.resource('g.test/v1', 'Gateway')).toEqual(gateway);
    expect(await client.resource('g.test/v1', 'Other')).toBeUndefined();
    expect(requests).toEqual(['GET /apis/g.test/v1']);
  });
});

describe('a watch', () => {
  const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
  const watch = (signal = new AbortController().signal): AsyncIterable<WatchEvent> =>
    client.watch(resources.pods, 'shop', '7', signal);

  it('gives events as they come, also when one comes in pieces', async () => {
    handlers = [
      (_request, response) => {
        const text = line('ADDED', { kind: 'Pod', note: 'ä' }) + line('BOOKMARK', { kind: 'Pod' });
        const bytes = Buffer.from(text);
        response.write(bytes.subarray(0, 47));
        setTimeout(() => response.end(bytes.subarray(47)), 10);
      },
    ];
    expect(await read(watch())).toEqual(['ADDED Pod', 'BOOKMARK Pod']);
    expect(requests[0]).toContain('/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true');
    expect(requests[0]).toContain('resourceVersion=7');
  });

  it('tells 410 as an answer and as an event', async () => {
    handlers = [refusal(410, 'too old'), answer(200, line('ERROR', { kind: 'Status', code: 410, message: 'too old' }))];
    expect(statusOf(await failureOf(read(watch())))).toBe(410);
    expect(statusOf(await failureOf(read(watch())))).toBe(410);
  });

  it('tells a broken connection', async () => {
    handlers = [
      (request, response) => {
        response.write(line('ADDED', { kind: 'Pod' }));
        setTimeout(() => request.socket.destroy(), 10);
      },
    ];
    expect((await failureOf(read(watch()))).code).toBe('CLUSTER_UNREACHABLE');
  });

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    handlers = [(_request, response) => void response.write(line('ADDED', { kind: 'Pod' }))];
    const reason = new Error('stop');
    const reading = read(watch(controller.signal)).catch((error: unknown) => error);
    setTimeout(() => controller.abort(reason), 20);
    expect(await reading).toBe(reason);
  });
});

describe('a kubeconfig', () => {
  const clock = createQuickClock();

  it.each([
    ['no YAML', 'clusters: [\n  token: "secret-in-the-file'],
    ['nothing', ''],
    ['a list', '- a'],
    ['no cluster', 'clusters: []\nusers: []\ncontexts: []\n'],
  ])('with %s is refused without quoting it', async (_what, text) => {
    const error = await failureOf(openCluster(text, undefined, clock));
    expect(error.code).toBe('INPUT_INVALID');
    expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('secret-in');
  });

  it('without the context that is asked for names those that it has', async () => {
    const error = await failureOf(openCluster(kubeconfigFor('https://c.test'), 'production', clock));
    expect(error.message).toContain('"production"');
    expect(error.hint).toContain('x, empty. Give one of them as the input kube-context.');
  });

  it('without any context says so', async () => {
    const text = kubeconfigFor('https://c.test').replace('current-context: x', '');
    const error = await failureOf(openCluster(text, undefined, clock));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: 'the kubeconfig has no current context' });
  });
});

it('a cluster that is not there is CLUSTER_UNREACHABLE at once', async () => {
  const gone = await openCluster(kubeconfigFor('http://127.0.0.1:1'), undefined, createQuickClock());
  const error = await failureOf(gone.version());
  expect(error.code).toBe('CLUSTER_UNREACHABLE');
  expect(error.message).toContain('ECONNREFUSED');
});

describe('a certificate of the cluster that is not trusted', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'kubeadm certs renew'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-server-name'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-authority-data'],
  ])('is told with what to do about %s', (code, hint) => {
    expect(connectionError('https://cluster.test', { code })).toMatchObject({
      code: 'TLS_UNTRUSTED',
      hint: expect.stringContaining(hint),
    });
  });
});
