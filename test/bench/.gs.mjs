// One sample of the suite `gate`, in a process of its own: `node gate-sample.mjs FOLDER made COUNT` judges so many
// vulnerabilities, and `… read HOST` those that the Harbor there tells of. It writes all reports into the folder, and prints
// the seconds that took and the most memory that the process ever had.
import { join } from 'node:path';
import { judgeImage, waitForReport } from '@harbor-pilot/gate';
import { createHarbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';
import { gateReportFormats, writeGateReports } from '@harbor-pilot/report';
import { sampleImage, sampleVulnerabilities } from './sample-vulnerabilities.mjs';

const [folder, from, what] = process.argv.slice(2);
const files = gateReportFormats.map((format) => ({ format, path: join(folder, format) }));

async function readFrom(host) {
  const credentials = { username: 'bench', password: 'Bench-12345' };
  const harbor = createHarbor({ http: createHttp(), host, credentials, plainHttp: true });
  const { project, repository, digest } = sampleImage;
  const { vulnerabilities } = await waitForReport({ harbor, project, repository, digest, timeoutSeconds: 60 });
  return vulnerabilities;
}

async function judgeAndWrite(vulnerabilities) {
  const report = judgeImage({
    image: 'harbor.example:8443/shop/app',
    digest: sampleImage.digest,
    platforms: ['linux/amd64', 'linux/arm64'],
    source: { name: 'Trivy v0.68.2', scannedAt: '2026-11-22T10:00:00Z' },
    vulnerabilities,
    policy: { severityCutoff: 'high', onlyFixed: true },
    now: new Date(),
    durationSeconds: 1,
  });
  await writeGateReports(report, files);
}

const made = from === 'made' ? sampleVulnerabilities(Number(what)) : undefined;
const begin = process.hrtime.bigint();
await judgeAndWrite(made ?? (await readFrom(what)));
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
console.log(JSON.stringify({ seconds, megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 }));
