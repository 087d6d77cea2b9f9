// One sample of the suite `gate`, in a process of its own: `node gate-sample.mjs COUNT FOLDER` judges so many vulnerabilities,
// writes all reports into the folder, and prints the seconds that took and the most memory that the process ever had.
import { join } from 'node:path';
import { judgeImage } from '@harbor-pilot/gate';
import { gateReportFormats, writeGateReports } from '@harbor-pilot/report';
import { sampleVulnerabilities } from './sample-vulnerabilities.mjs';

const [count, folder] = process.argv.slice(2);
const files = gateReportFormats.map((format) => ({ format, path: join(folder, format) }));

async function judgeAndWrite(vulnerabilities) {
  const begin = process.hrtime.bigint();
  const report = judgeImage({
    image: 'harbor.example:8443/shop/app',
    digest: `sha256:${'5'.repeat(64)}`,
    platforms: ['linux/amd64', 'linux/arm64'],
    source: { name: 'Trivy v0.68.2', scannedAt: '2026-11-22T10:00:00Z' },
    vulnerabilities,
    policy: { severityCutoff: 'high', onlyFixed: true },
    now: new Date(),
    durationSeconds: 1,
  });
  await writeGateReports(report, files);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

const seconds = await judgeAndWrite(sampleVulnerabilities(Number(count)));
console.log(JSON.stringify({ seconds, megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 }));
