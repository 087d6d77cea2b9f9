const severities = ['Critical', 'High', 'High', 'Medium', 'Medium', 'Medium', 'Low', 'Low', 'Negligible', 'Unknown'];
const scores = { Critical: 9.8, High: 7.5, Medium: 5.3, Low: 3.1, Negligible: 1.9 };
const layers = Array.from({ length: 12 }, (_, index) => `sha256:${index.toString(16).repeat(64)}`);
const platforms = ['linux/amd64', 'linux/arm64'];
const packages = 2000;
const cwes = ['CWE-787'];

/** Where the vulnerabilities are said to be. */
export const sampleImage = { project: 'shop', repository: 'app', digest: `sha256:${'5'.repeat(64)}` };

/**
 * So many vulnerabilities as a scanner finds them: a fifth as many ids, in five of 2,000 packages each, with descriptions of
 * usual length and three links. What is said of an id is one text for all its packages, as the readers of scans give it.
 */
export function sampleVulnerabilities(count) {
  const advisories = Array.from({ length: Math.ceil(count / 5) }, (_, index) => advisory(index));
  return Array.from({ length: count }, (_, index) => vulnerability(index, advisories[Math.floor(index / 5)]));
}

function advisory(index) {
  const id = `CVE-${2015 + (index % 12)}-${10_000 + index}`;
  return {
    id,
    severity: severities[index % severities.length],
    title: `library-${index % 300}: a length that is read from a file is not checked (${index})`,
    description: [
      `In library-${index % 300} before 1.${index % 90}.1 a length that is read from a file is not checked.`,
      'Somebody who can make a program read a prepared file may thereby write past the end of a buffer, which stops the program or runs other code with its rights.',
      ...Array(index % 4).fill('The fault was found by reading the code, and is there since the first version.'),
    ].join(index % 3 === 0 ? '\n' : ' '),
    links: [
      `https://security.example/tracker/${id}`,
      `https://advisories.example/${id.toLowerCase()}.html`,
      `https://git.example/library-${index % 300}/commit/${index.toString(16).padStart(40, '0')}`,
    ],
  };
}

/** Fields in one order and always all there: this is quickly made, and what is measured comes after it. */
function vulnerability(index, { id, severity, title, description, links }) {
  const place = (index * 7) % packages;
  const name = `package-${place}`;
  const version = `1.${place % 90}.0-${place % 7}+deb12u2`;
  return {
    id,
    package: name,
    version,
    packageType: 'debian',
    purl: `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12`,
    layer: layers[index % layers.length],
    fixVersion: index % 3 === 0 ? undefined : `${version}.${1 + (index % 4)}`,
    severity,
    cvssScore: scores[severity],
    cvssVector: severity === 'Unknown' ? undefined : 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    title,
    description,
    links,
    cwes,
    publishedAt: '2026-02-03T10:20:30Z',
    platforms,
  };
}
