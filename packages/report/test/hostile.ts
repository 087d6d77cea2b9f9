import type { ReleaseRecord } from '@harbor-pilot/step-kit';
import { digestOf, promoted, released } from './samples.ts';

/** Text that tries to be markup, a command, or another line, in all languages of the reports. */
export const hostileTexts = [
  '<script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  '`whoami` and ``',
  'a | b | c',
  'first\n## second\r\n::error::third\n- fourth',
  '[click](javascript:alert(1)) ![x](https://evil.example/x.png) @everyone #1 **bold** ~~gone~~ https://evil.example',
  '\u001b[2J\u001b]0;title\u0007 ##[command]x ::add-mask::y',
  '\u202ecod.exe \u2066x',
  '&lt;b&gt; &#60;',
  '\\| \\` \\<',
  '1. one',
  '$(id) {process.env} {{ 7 * 7 }} %{x}',
];

/** A record whose every free text is one hostile text. */
export function hostileRecord(text: string): ReleaseRecord {
  return {
    schemaVersion: 1,
    image: text,
    digest: digestOf('hostile'),
    run: { ci: 'gitlab', runUrl: text, commit: text, repositoryUrl: `javascript:${text}` },
    startedAt: text,
    build: { platforms: [{ platform: text, digest: digestOf('child'), sizeBytes: 1 }], durationSeconds: 1 },
    ...(promoted.push && {
      push: {
        ...promoted.push,
        quarantineTag: text,
        destinations: (promoted.push.destinations ?? []).map((one) => ({ ...one, image: text, tags: [text] })),
      },
    }),
    promotions: (promoted.promotions ?? []).map((one) => ({ ...one, from: text, image: text, tags: [text, text] })),
    ...(released.signature && {
      signature: { ...released.signature, keyId: text, certificate: { identity: text, issuer: text } },
    }),
    gate: {
      verdict: 'refused',
      severityCutoff: text,
      onlyFixed: true,
      scanner: text,
      counts: { [text]: 3, Critical: 1 },
      vulnerabilities: [
        { id: text, package: text, version: text, fixVersion: text, severity: text, platforms: [text], refused: true },
      ],
      truncated: 0,
      reasons: [text, text],
      durationSeconds: 1,
    },
    rollout: {
      outcome: 'failed',
      namespace: text,
      workloads: [{ kind: text, name: text, readyReplicas: 0, replicas: 1 }],
      reasons: [text],
      timeline: [{ atSeconds: 1, workload: text, message: text }],
      durationSeconds: 1,
    },
    tags: [text],
    outcome: 'refused',
    finishedAt: text,
  };
}

/** A record with as many vulnerabilities, reasons, events and workloads as given, more than any step writes. */
export function largeRecord(count: number): ReleaseRecord {
  const many = <T>(make: (number: number) => T): T[] => Array.from({ length: count }, (_, number) => make(number));
  const small = hostileRecord('x'.repeat(100));
  const tags = many((number) => `1.2.${number}`);
  return {
    ...small,
    promotions: many(() => small.promotions?.[0]).flatMap((one) => (one === undefined ? [] : [{ ...one, tags }])),
    gate: {
      verdict: 'refused',
      severityCutoff: 'high',
      onlyFixed: false,
      counts: { Critical: count },
      vulnerabilities: many((number) => ({
        id: `CVE-2099-${10_000 + number}`,
        package: 'package-with-a-long-name',
        version: '1.2.3-4ubuntu5.6',
        fixVersion: '1.2.3-4ubuntu5.7',
        severity: 'Critical',
        cvssScore: 9.8,
        platforms: ['linux/amd64', 'linux/arm64'],
        refused: true,
      })),
      truncated: 0,
      reasons: many((number) => `reason ${number}`),
      durationSeconds: 1,
    },
    rollout: {
      outcome: 'failed',
      namespace: 'shop',
      workloads: many((number) => ({ kind: 'Deployment', name: `app-${number}`, readyReplicas: 0, replicas: 1 })),
      reasons: many((number) => `reason ${number}`),
      timeline: many((number) => ({ atSeconds: number, workload: `Deployment/app-${number}`, message: 'waiting' })),
      durationSeconds: count,
    },
  };
}
