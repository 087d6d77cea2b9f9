import { systemClock } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';
import { hasRecording, type Recorded, readRecording, Substitutes } from './recording.ts';

/** Exchanges that cannot be the same. */
const exceptions: readonly string[] = [
  '1-094', // Sends a token that is not in the recording.
];

let world: HarborUnderTest;

beforeAll(async () => {
  // A wrong password is answered late.
  world = await HarborUnderTest.start({ clock: { ...systemClock, sleep: async () => undefined } });
});
afterAll(() => world.end());

/** What has to be the same: the status, the type of the answer, the challenge, and the errors in it. */
function essence(status: number, headers: Answer['headers'], text: string) {
  const type = String(headers['content-type'] ?? '').split(';')[0];
  const isFault = status >= 400 && type === 'application/json' && text !== '';
  return {
    status,
    type,
    challenge: String(headers['www-authenticate'] ?? '').replace(/127\.0\.0\.1:\d+/, 'HOST'),
    errors: isFault ? JSON.parse(text).errors : undefined,
  };
}

async function replay(recorded: Recorded, substitutes: Substitutes) {
  const { path, headers, body } = substitutes.requestFor(recorded);
  const { Authorization: authorization, ...others } = headers;
  const [name] = recorded.path.split('/').slice(2, 3);
  const bearer = authorization?.startsWith('Bearer')
    ? await world.token(`repository:${name}/app:pull,push`)
    : undefined;
  const stranger = { username: 'nobody', password: 'wrong' };
  const as = authorization === undefined ? null : recorded.status === 401 ? stranger : world.harbor;
  const answer = await world.send(recorded.method, `${world.harbor.url}${path}`, body, {
    as,
    headers: others,
    ...(bearer === undefined ? {} : { bearer }),
    ...(others['Content-Type'] === undefined ? {} : { type: others['Content-Type'] }),
  });
  substitutes.learn(recorded, answer.headers.location as string | undefined);
  return essence(answer.status, answer.headers, substitutes.theirs(answer.bytes.toString()));
}

(hasRecording ? describe : describe.skip)(
  'exchanges recorded with a real Harbor (needs ../shared/harbor-transcripts)',
  () => {
    it('come out the same: signing in, projects, pushing, pulling, artifacts and tags', async () => {
      const substitutes = new Substitutes();
      const differing: object[] = [];
      for (const recorded of readRecording('1')) {
        const actual = await replay(recorded, substitutes);
        const expected = essence(recorded.status, recorded.answerHeaders, recorded.answer);
        if (!exceptions.includes(recorded.name) && JSON.stringify(actual) !== JSON.stringify(expected)) {
          differing.push({ name: recorded.name, expected, actual });
        }
      }
      expect(differing).toEqual([]);
    });
  },
);
