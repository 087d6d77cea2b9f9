import { PilotError, redact } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import {
  accountsFor,
  addPullSecret,
  type ClusterClient,
  type KubeObject,
  pullSecretObject,
  writePullSecret,
} from '../src/index.ts';

/** A client that answers each call with the next of some answers; an error is thrown. */
function scripted(script: Partial<Record<'get' | 'apply' | 'patch', readonly unknown[]>>) {
  const calls: unknown[][] = [];
  const left = { get: [...(script.get ?? [])], apply: [...(script.apply ?? [])], patch: [...(script.patch ?? [])] };
  const answer =
    (name: keyof typeof left) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args]);
      const next = left[name].shift();
      if (next instanceof Error) throw next;
      return next;
    };
  const client = { get: answer('get'), apply: answer('apply'), patch: answer('patch') } as unknown as ClusterClient;
  return { client, calls };
}

const refusal = (status: number): PilotError => new PilotError('ANSWER_UNEXPECTED', 'changed', { details: { status } });
const account = (version: string, ...secrets: readonly string[]): KubeObject => ({
  metadata: { resourceVersion: version },
  imagePullSecrets: secrets.map((name) => ({ name })),
});
const content = {
  name: 'harbor',
  accounts: [{ registry: 'harbor.test', username: 'robot$a+b', password: 'of-the-nodes' }],
};
const holding = (version: string, auths: object): KubeObject => ({
  metadata: { resourceVersion: version },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
});

describe('a service account that somebody else changes at the same time', () => {
  it('is read again, so that nothing of theirs is lost', async () => {
    const { client, calls } = scripted({ get: [account('1'), account('2', 'theirs')], patch: [refusal(422), {}] });
    expect(await addPullSecret(client, 'shop', 'default', 'harbor', undefined)).toBe(true);
    expect(calls.at(-1)?.[2]).toEqual([
      { op: 'test', path: '/metadata/resourceVersion', value: '2' },
      { op: 'add', path: '/imagePullSecrets', value: [{ name: 'theirs' }, { name: 'harbor' }] },
    ]);
  });

  it('is given up after some tries', async () => {
    const { client } = scripted({ get: Array(9).fill(account('1')), patch: Array(9).fill(refusal(409)) });
    await expect(addPullSecret(client, 'shop', 'default', 'harbor', undefined)).rejects.toThrow('changed');
  });
});

describe('a pull secret that somebody else changes at the same time', () => {
  it('is read again, so that nothing of theirs is lost', async () => {
    const theirs = { 'ghcr.io': { auth: 'eDp5' } };
    const { client, calls } = scripted({
      get: [holding('1', {}), holding('2', theirs)],
      apply: [refusal(409), { object: account('3') }],
    });
    const written = await writePullSecret(client, 'shop', content, undefined);
    expect(written).toEqual({ outcome: 'refreshed', takenFrom: [] });
    const applied = calls.at(-1)?.[2] as KubeObject;
    expect(applied.metadata).toMatchObject({ resourceVersion: '2' });
    expect(accountsFor(applied, 'ghcr.io', 'any')).toHaveLength(1);
    expect(accountsFor(applied, 'harbor.test', 'any')).toEqual(content.accounts);
  });
});

describe('the accounts in a pull secret', () => {
  const entry = (username: string): object => ({ auth: Buffer.from(`${username}:pw-${username}`).toString('base64') });
  const names = (auths: object, registry = 'harbor.test:8443', repository = 'shop/hello'): readonly string[] =>
    accountsFor(holding('1', auths), registry, repository).map(({ username }) => username);

  it('are found as the kubelet finds them', () => {
    expect(names({ 'harbor.test:8443': entry('a') })).toEqual(['a']);
    expect(names({ 'https://harbor.test:8443/v2/': entry('a') })).toEqual(['a']);
    expect(names({ 'harbor.test:8443': entry('a'), 'harbor.test:8443/shop': entry('b') })).toEqual(['b', 'a']);
    expect(names({ '*.test:8443': entry('a'), 'harbor.test': entry('b'), 'harbor.test:8443/sho': entry('c') })).toEqual(
      ['a'],
    );
    expect(names({ 'https://index.docker.io/v1/': entry('a') }, 'docker.io', 'library/node')).toEqual(['a']);
    expect(names({ 'harbor.test:8443': { username: 'a', password: 'b' }, 'other.test': {} })).toEqual(['a']);
    expect(accountsFor({ data: { '.dockerconfigjson': 'bm90IEpTT04=' } }, 'harbor.test', 'a')).toEqual([]);
  });

  it('are written for Docker Hub under the name that the kubelet knows', () => {
    const hub = { name: 'hub', accounts: [{ registry: 'docker.io', username: 'jo', password: 'jo-at-the-hub' }] };
    expect(accountsFor(pullSecretObject(hub, 'shop'), 'docker.io', 'library/node')).toEqual(hub.accounts);
    expect(redact(`it is jo-at-the-hub ${Buffer.from('jo:jo-at-the-hub').toString('base64')}`)).toBe('it is *** ***');
  });
});
