import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sampleImage, sampleVulnerabilities } from './sample-vulnerabilities.mjs';

const form = 'application/vnd.security.vulnerability.report; version=1.1';
const scanner = { name: 'Trivy', vendor: 'Aqua Security', version: 'v0.68.2' };
const time = '2026-11-22T10:00:00Z';

/** Answers as a Harbor that has scanned one image and has found so many vulnerabilities: the same bytes for each request. */
export async function startReportServer(folder, count) {
  const file = join(folder, 'harbor-report.json');
  await pipeline(Readable.from(piecesOf(count)), createWriteStream(file));
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url.includes('/additions/vulnerabilities')) createReadStream(file).pipe(response);
    else response.end(JSON.stringify(artifact));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { host: `127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

const artifact = {
  digest: sampleImage.digest,
  manifest_media_type: 'application/vnd.oci.image.manifest.v1+json',
  size: 1000,
  scan_overview: { [form]: { scan_status: 'Success', report_id: 'one', scanner, start_time: time, end_time: time } },
};

function* piecesOf(count) {
  yield `{"${form}":{"generated_at":"${time}","scanner":${JSON.stringify(scanner)},"severity":"Critical","vulnerabilities":[`;
  let separator = '';
  for (const found of sampleVulnerabilities(count)) {
    yield `${separator}${JSON.stringify(entryOf(found))}`;
    separator = ',';
  }
  yield ']}}';
}

/** An entry of a report of Harbor 2.14, with what Trivy's adapter adds. */
function entryOf({ id, package: name, version, fixVersion = '', severity, cvssScore = 0, cvssVector = '', ...found }) {
  const score = { V3Score: cvssScore, V3Vector: cvssVector };
  return {
    id,
    package: name,
    version,
    fix_version: fixVersion,
    severity,
    description: found.description,
    links: found.links,
    artifact_digests: [sampleImage.digest],
    preferred_cvss: { score_v3: cvssScore, score_v2: null, vector_v3: cvssVector, vector_v2: '' },
    cwe_ids: found.cwes,
    status: fixVersion === '' ? 'affected' : 'fixed',
    vendor_attributes: {
      CVSS: { nvd: { ...score, V2Score: 5, V2Vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }, redhat: score },
    },
  };
}
