import { PilotError } from '@harbor-pilot/core';
import type { Harbor } from '@harbor-pilot/harbor';
import { expect, it } from '@jest/globals';
import { scannerDataTime } from '../src/index.ts';
import { type FakeScanner, fakeHarbor, healthyScanner } from './fakes.ts';

const time = new Date('2026-11-22T00:00:00Z');
const denied = new PilotError('AUTH_DENIED', '403');

const timeBy = (scanner: FakeScanner, scannerDataUpdatedAt: Harbor['scannerDataUpdatedAt']) =>
  scannerDataTime({ harbor: Object.assign(fakeHarbor({}, scanner).harbor, { scannerDataUpdatedAt }), project: 'acme' });

it('the age of the data is what the scanner of the project tells, to who may ask', async () => {
  expect(await timeBy([healthyScanner], async (uuid) => (uuid === healthyScanner.uuid ? time : undefined))).toBe(time);
  expect(await timeBy([undefined], async () => time)).toBeUndefined();
  expect(await timeBy([denied], async () => time)).toBeUndefined();
  const refuse = async () => {
    throw denied;
  };
  expect(await timeBy([healthyScanner], refuse)).toBeUndefined();
  const down = new PilotError('HARBOR_UNAVAILABLE', '502');
  await expect(timeBy([down], refuse)).rejects.toBe(down);
});
