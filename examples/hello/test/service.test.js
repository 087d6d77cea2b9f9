import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createService } from '../src/service.js';

const service = createService({ version: '1.2.3' });
let origin;

before(async () => {
  service.server.listen(0, '127.0.0.1');
  await once(service.server, 'listening');
  origin = `http://127.0.0.1:${service.server.address().port}`;
});
after(() => service.stop());

test('greets in plain text and in JSON', async () => {
  assert.match(await (await fetch(origin)).text(), /version 1\.2\.3/);
  const answer = await fetch(origin, { headers: { accept: 'application/json' } });
  assert.equal((await answer.json()).version, '1.2.3');
});

test('says that it is healthy', async () => {
  assert.equal((await fetch(`${origin}/healthz`)).status, 200);
});

test('refuses what it does not know', async () => {
  assert.equal((await fetch(`${origin}/other`)).status, 404);
  assert.equal((await fetch(origin, { method: 'POST' })).status, 405);
});
