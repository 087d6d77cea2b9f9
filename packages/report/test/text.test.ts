import type { ReleaseRecord } from '@harbor-pilot/step-kit';
import { describe, expect, it } from '@jest/globals';
import { formatSeconds } from '../src/format.ts';
import { renderText } from '../src/index.ts';
import { hostileRecord, hostileTexts, largeRecord } from './hostile.ts';
import { promoted, refused, released, undone } from './samples.ts';

describe('the text of a record', () => {
  it('tells a release in lines', () => {
    expect(renderText(released)).toBe(`Released: ${released.image}@${released.digest}
             Tagged 1.2.3, 1.2, latest; running in 2 workloads of the namespace shop.
  build      linux/amd64 12.3 MB, linux/arm64 11.3 MB (1.4 s)
  where      harbor.example:8443/shop/hello: 1.2.3, 1.2, latest
             sent: 9.9 MB in 0.6 s, 16.5 MB/s; blobs: 5 pushed, 2 there already, 1 after a broken try; pushed
  signature  bundle, accepted by Harbor, 3 digests signed
             key ${released.signature?.keyId}
  gate       passed: refuses high or worse, only what has a fix (3.9 s)
             1 medium, 1 low
             - The scanner found 2 vulnerabilities on 2 platforms, none of them of high severity or worse with a fix.
  tags       1.2.3, 1.2, latest
  rollout    complete in shop (6.1 s)
             Deployment/hello: 3 of 3 ready
             Deployment/hello-worker: 1 of 1 ready
  run        https://github.example/shop/hello/actions/runs/42
  took       14 s`);
  });

  it('tells where the image was pushed and promoted to', () => {
    expect(renderText(promoted)).toContain(`  where      harbor.example:8443/shop/hello: 1.2.3, 1.2, latest
             sent: 9.9 MB in 0.6 s, 16.5 MB/s; blobs: 5 pushed, 2 there already, 1 after a broken try; pushed
             mirror.example/eu/shop/hello: stable
             sent: 9.9 MB in 1.2 s, 8.2 MB/s; blobs: 5 pushed, 2 there already; pushed
             harbor.example:8443/production/hello: 1.2.3
             sent: nothing; blobs: 9 mounted; promoted with 4 referrers, signature verified, from ${released.image}
             archive.example/shop/hello: 2026, kept
             sent: nothing; blobs: all there already; promoted with 1 referrer, signature not verified, from ${released.image}
  signature `);
  });

  it('tells an image that was not released by its quarantine tag, also from a record without destinations', () => {
    const { destinations, ...push } = refused.push ?? {};
    expect(destinations).toHaveLength(1);
    for (const record of [refused, { ...refused, push } as ReleaseRecord]) {
      expect(renderText(record)).toMatch(
        /where +\S+hello: pilot-0123456789ab\n.*2 there already.*; pushed, in quarantine\n/,
      );
    }
  });

  it('tells why there was no release', () => {
    expect(renderText(refused)).toContain('- 12 vulnerabilities are of high severity or worse');
    expect(renderText(undone)).toContain('- Pod hello-7d9c5b6f4-x2x8p: ImagePullBackOff');
  });

  it('tells that an image was let through, or that somebody ended the release', () => {
    expect(renderText({ ...refused, outcome: 'released' })).toMatch(/^Released though the scan gate refused it: /);
    const { gate: _, rollout: __, ...begun } = released;
    expect(renderText({ ...begun, outcome: 'interrupted' })).toMatch(/^Interrupted: /);
  });

  it.each(hostileTexts)('keeps its lines and gives a terminal or a CI no commands: %j', (text) => {
    const lines = renderText(hostileRecord(text)).split('\n');
    expect(lines).toHaveLength(renderText(hostileRecord('harmless')).split('\n').length);
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}|\u202e|\u2066|##\[/u);
      expect(line.trimStart()).not.toMatch(/^::/);
    }
  });

  it('stays short', () => {
    expect(renderText(largeRecord(100_000)).split('\n').length).toBeLessThan(80);
  });
});

it.each([
  [0, '0 s'],
  [0.254, '0.25 s'],
  [9.94, '9.9 s'],
  [59.4, '59 s'],
  [185, '3 min 5 s'],
])('formatSeconds(%d)', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
