import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createQuickClock } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listenForScans, type WebhookListener, waitForReport } from '../src/index.ts';
import { fakeHarbor, imageDigest } from './fakes.ts';

const authHeader = 'Bearer hooksecret';
const completed = JSON.stringify({ type: 'SCANNING_COMPLETED', occur_at: 1, event_data: { resources: [] } });

let listener: WebhookListener;

beforeEach(async () => {
  listener = await listenForScans({ port: 0, authHeader });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const post = (body: string, authorization: string | undefined = authHeader, method = 'POST'): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) };
    const call = request({ port: listener.port, method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('error', reject).end(body);
  });

/** Whether there was news. */
async function hasNews(): Promise<boolean> {
  const over = new AbortController();
  const news = listener.next(over.signal).then(() => true);
  const none = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  const answer = await Promise.race([news, none]);
  over.abort();
  return answer;
}

describe('a listener for webhooks', () => {
  it.each([
    [completed, true],
    [JSON.stringify({ specversion: '1.0', type: 'harbor.scan.completed', data: {} }), true],
    [JSON.stringify({ type: 'SCANNING_FAILED' }), true],
    [JSON.stringify({ type: 'PULL_ARTIFACT' }), false],
    [JSON.stringify({ type: 'harbor.artifact.pushed' }), false],
  ])('takes %s', async (body, isNews) => {
    expect(await post(body)).toBe(200);
    expect([await hasNews(), await hasNews()]).toEqual([isNews, false]);
  });

  it('refuses who does not know the header, what is no event, and what is too long', async () => {
    expect(
      await Promise.all(['', 'Bearer other', `${authHeader} `.repeat(3)].map((one) => post(completed, one))),
    ).toEqual([401, 401, 401]);
    expect(await post('', authHeader, 'GET')).toBe(405);
    expect([await post('{'), await post('[]'), await post('{"type": 1}')]).toEqual([400, 400, 400]);
    expect(await post(' '.repeat(2 * 1024 * 1024)).catch(() => 413)).toBe(413);
    expect(await hasNews()).toBe(false);
  });

  it('wakes who waits', async () => {
    const news = listener.next(new AbortController().signal);
    await post(completed);
    await news;
    expect(await hasNews()).toBe(false);
  });

  it('wants a header, and a port that is free', async () => {
    const without = listenForScans({ port: 0, authHeader: ' ' });
    await expect(without).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const taken = listenForScans({ port: listener.port, authHeader });
    await expect(taken).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('webhooks') });
  });

  it('is gone when it is closed', async () => {
    const closed = await listenForScans({ port: 0, authHeader });
    await closed[Symbol.asyncDispose]();
    await (await listenForScans({ port: closed.port, authHeader }))[Symbol.asyncDispose]();
  });
});

const recorded = new URL('../../../../shared/harbor-transcripts/webhook-bodies.json', import.meta.url);

(existsSync(recorded) ? describe : describe.skip)('what Harbor was seen to send (../shared)', () => {
  it('is understood', async () => {
    const bodies = JSON.parse(readFileSync(recorded, 'utf8')) as [Record<string, string>, string][];
    const news: boolean[] = [];
    for (const [headers, body] of bodies) {
      expect(await post(body, headers.Authorization)).toBe(200);
      news.push(await hasNews());
    }
    expect(news).toEqual(bodies.map(([, body]) => /SCANNING_COMPLETED|harbor\.scan\.completed/.test(body)));
  });
});

describe('a wait that is told of news', () => {
  it('looks earlier, but not more often than it may', async () => {
    const running = Array.from({ length: 30 }, () => ({ status: 'Running' }) as const);
    const { harbor, requests } = fakeHarbor({ [imageDigest]: { states: [...running, { status: 'Success' }] } });
    const clock = createQuickClock();
    const news = { next: () => Promise.resolve() };
    const options = { harbor, project: 'acme', repository: 'app', digest: imageDigest, timeoutSeconds: 600 };
    const { durationSeconds } = await waitForReport({ ...options, clock, news });
    expect(durationSeconds).toBeLessThan(60);
    expect(requests.length).toBeLessThanOrEqual(durationSeconds / 2 + 5);
  });

  it('goes on without any', async () => {
    const states = [{ status: 'Running' }, { status: 'Running' }, { status: 'Success' }] as const;
    const { harbor } = fakeHarbor({ [imageDigest]: { states } });
    const options = { harbor, project: 'acme', repository: 'app', digest: imageDigest, timeoutSeconds: 600 };
    const scanned = await waitForReport({ ...options, clock: createQuickClock(), news: listener });
    expect(scanned.durationSeconds).toBe(2.5);
  });
});
