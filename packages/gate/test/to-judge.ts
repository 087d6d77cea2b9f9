import { digestOf } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import type { GatePolicy, JudgeRequest } from '../src/index.ts';

/** A vulnerability as the gate is told of it. */
export function found(
  severity: FoundVulnerability['severity'],
  fields: Partial<FoundVulnerability> = {},
): FoundVulnerability {
  return {
    id: `CVE-${severity}`,
    package: 'zlib',
    version: '1.2.11',
    severity,
    platforms: ['linux/amd64'],
    ...fields,
  };
}

/** Something to be judged: an image of one platform, by the default policy, on the first day of 2027. */
export function judgeRequest(
  vulnerabilities: readonly FoundVulnerability[],
  policy: Partial<GatePolicy> = {},
  fields: Partial<JudgeRequest> = {},
): JudgeRequest {
  return {
    image: 'harbor.example.com/shop/app',
    digest: digestOf('an image'),
    platforms: ['linux/amd64'],
    source: { name: 'Trivy v1' },
    vulnerabilities,
    policy: { severityCutoff: 'high', onlyFixed: false, ...policy },
    now: new Date('2027-01-01T00:00:00Z'),
    durationSeconds: 4,
    ...fields,
  };
}
