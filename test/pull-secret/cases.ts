import { expect } from '@jest/globals';
import { failureOf } from '../rollout/world.ts';
import { authsOf, type Robot, type World } from './world.ts';

/** The entry that a robot account has in a pull secret. */
function entryOf({ username, password }: Robot): object {
  return { username, password, auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

const versionsOf = async ({ secret, serviceAccount }: World, namespace: string): Promise<readonly string[]> => [
  (await secret(namespace)).metadata.resourceVersion,
  (await serviceAccount(namespace)).metadata.resourceVersion,
];

/** What the step has to do in any cluster: the embedded one and a real control plane. */
export const pullSecretCases: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'writes the secret into each namespace, lets the service account use it, and changes nothing again': async (
    world,
  ) => {
    const { harbor, robots, run, namespace, secret, serviceAccount } = world;
    const namespaces = [await namespace('new-1'), await namespace('new-2')].join(',');
    const first = await run(robots.first, { namespaces });
    expect(first.outputs).toEqual({ secret: 'harbor', namespaces, changed: namespaces });
    const made = await secret('new-2');
    expect(made.type).toBe('kubernetes.io/dockerconfigjson');
    expect(authsOf(made)).toEqual({ [harbor.host]: entryOf(robots.first) });
    expect((await serviceAccount('new-1')).imagePullSecrets).toEqual([{ name: 'harbor' }]);
    const versions = await versionsOf(world, 'new-1');
    const again = await run(robots.first, { namespaces });
    expect(again.outputs.changed).toBe('');
    expect(again.lines).toContain('new-1: secret harbor unchanged');
    expect(await versionsOf(world, 'new-1')).toEqual(versions);
  },

  'keeps the password in the data of the secret alone, and out of the log': async (world) => {
    const { robots, run, namespace, secret } = world;
    const { lines } = await run(robots.first, { namespaces: await namespace('silent') });
    const { metadata } = await secret('silent');
    const { password, auth } = entryOf(robots.first) as Record<string, string>;
    for (const text of [JSON.stringify(metadata), lines.join('\n')]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(auth);
      expect(text).not.toContain('last-applied');
    }
  },

  'refreshes what another tool made, and keeps other registries and other pull secrets': async (world) => {
    const { api, harbor, robots, run, namespace, secret, serviceAccount } = world;
    await namespace('used');
    const auths = { [`https://${harbor.host}`]: entryOf(robots.first), 'ghcr.io': { auth: 'bWU6cHc=' } };
    await api.need('POST', '/api/v1/namespaces/used/secrets?fieldManager=kubectl-create', {
      metadata: { name: 'harbor' },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    });
    const account = { imagePullSecrets: [{ name: 'other' }] };
    const merge = 'application/merge-patch+json';
    await api.need('PATCH', '/api/v1/namespaces/used/serviceaccounts/default', account, merge);
    const { outputs } = await run(robots.second, { namespaces: 'used' });
    expect(outputs.changed).toBe('used');
    expect(authsOf(await secret('used'))).toEqual({
      'ghcr.io': { auth: 'bWU6cHc=' },
      [harbor.host]: entryOf(robots.second),
    });
    expect((await serviceAccount('used')).imagePullSecrets).toEqual([{ name: 'other' }, { name: 'harbor' }]);
  },

  'never writes credentials that cannot pull': async (world) => {
    const { robots, run, namespace, secret } = world;
    await namespace('kept');
    await run(robots.first, { namespaces: 'kept' });
    const { username } = robots.second;
    const wrong = await failureOf(run({ username, password: 'wrong-password-of-the-test' }, { namespaces: 'kept' }));
    expect(['AUTH_FAILED', 'ROBOT_REFUSED']).toContain(wrong.code);
    const idle = await failureOf(run(robots.idle, { namespaces: 'kept' }));
    expect(idle.code).toBe('AUTH_DENIED');
    expect(idle.message).toContain('may not pull from the project shop');
    const stranger = await failureOf(run(robots.second, { namespaces: 'kept', image: 'elsewhere/hello' }));
    expect(stranger.message).toContain('may not pull from elsewhere/hello');
    expect(Object.values(authsOf(await secret('kept')))).toEqual([entryOf(robots.first)]);
  },

  'names what is missing before it changes anything': async (world) => {
    const { robots, run, namespace, secret } = world;
    await namespace('there');
    const missing = await failureOf(run(robots.first, { namespaces: 'there,absent-1,absent-2' }));
    expect(missing).toMatchObject({ code: 'INPUT_INVALID' });
    expect(missing.message).toContain('the namespaces absent-1, absent-2 do not exist');
    const account = await failureOf(run(robots.first, { namespaces: 'there', 'service-accounts': 'builder' }));
    expect(account.message).toBe('there is no service account builder in the namespace there');
    const selected = await failureOf(run(robots.first, { 'namespace-selector': 'team=nobody' }));
    expect(selected.message).toBe('no namespace has the labels team=nobody');
    expect((await secret('there')).code).toBe(404);
  },

  'does not touch a secret of another kind': async (world) => {
    const { api, robots, run, namespace } = world;
    await namespace('taken');
    await api.need('POST', '/api/v1/namespaces/taken/secrets', { metadata: { name: 'harbor' }, type: 'Opaque' });
    const error = await failureOf(run(robots.first, { namespaces: 'taken' }));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringContaining('secret-name') });
    expect(error.message).toContain('is of the type Opaque');
  },

  'finds namespaces by their labels, and can leave service accounts alone': async (world) => {
    const { robots, run, namespace, serviceAccount } = world;
    for (const name of ['team-a', 'team-b']) await namespace(name, { team: 'shop' });
    const { outputs } = await run(robots.first, { 'namespace-selector': 'team=shop', 'service-accounts': 'none' });
    expect(outputs.namespaces).toBe('team-a,team-b');
    expect((await serviceAccount('team-a')).imagePullSecrets).toBeUndefined();
  },

  'goes on after a namespace that refuses, and fails in the end': async (world) => {
    const { api, robots, run, namespace, secret } = world;
    await namespace('leaving');
    await namespace('staying');
    // What has a finalizer keeps its namespace from going, which takes nothing new from now on.
    await api.need('POST', '/api/v1/namespaces/leaving/configmaps', {
      metadata: { name: 'anchor', finalizers: ['example.com/anchor'] },
    });
    await api.need('DELETE', '/api/v1/namespaces/leaving');
    const inputs = { namespaces: 'leaving,staying', 'service-accounts': 'none' };
    const error = await failureOf(run(robots.first, inputs));
    expect(error.message).toMatch(/not complete in 1 of 2 namespaces: leaving: .*being terminated/);
    expect(error.code).toBe('ANSWER_UNEXPECTED');
    expect(authsOf(await secret('staying'))).toBeDefined();
    const release = [{ op: 'remove', path: '/metadata/finalizers' }];
    const path = '/api/v1/namespaces/leaving/configmaps/anchor';
    await api.need('PATCH', path, release, 'application/json-patch+json');
  },

  'writes as KubeSphere reads': async (world) => {
    const { harbor, robots, run, namespace, secret } = world;
    const inputs = { namespaces: await namespace('sphere'), 'kubesphere-creator': 'admin' };
    await run(robots.first, { ...inputs, 'kubesphere-insecure': 'true' });
    const { annotations } = (await secret('sphere')).metadata;
    expect(annotations).toMatchObject({
      'kubesphere.io/creator': 'admin',
      'secret.kubesphere.io/force-insecure': 'true',
    });
    await run(robots.second, inputs);
    expect(authsOf(await secret('sphere'))).toEqual({ [`https://${harbor.host}`]: entryOf(robots.second) });
    expect((await run(robots.second, inputs)).outputs.changed).toBe('');
  },

  'holds several registries': async (world) => {
    const { harbor, robots, run, namespace, secret } = world;
    await namespace('several');
    const local = harbor.host.replace('127.0.0.1', 'localhost');
    const listed = [
      `- registry: ${local}`,
      `  username: ${robots.second.username}`,
      `  password: ${robots.second.password}`,
    ];
    await run(robots.first, { namespaces: 'several', 'registry-auth': listed.join('\n') });
    expect(authsOf(await secret('several'))).toEqual({
      [harbor.host]: entryOf(robots.first),
      [local]: entryOf(robots.second),
    });
  },
};
