import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { describe, expect, it } from '@jest/globals';
import { type GateReportFormat, renderGateReport } from '../../src/index.ts';
import { exceptionFields, reportFields, upgradeFields, vulnerabilityFields } from './model-fields.ts';
import { fullReport, hostileReport, hostileTexts, reportOf } from './sample-report.ts';
import { describeWithSchemas, ourSchema, problemsBy, problemsByOurs, schemaFiles } from './schemas.ts';

const reports = [
  ['empty', reportOf([])],
  ['full', fullReport],
  ...Object.entries(hostileTexts).map(([title, text]) => [`full of ${title}`, hostileReport(text)] as const),
] as const;

function parsed(report: (typeof reports)[number][1], format: GateReportFormat): unknown {
  return JSON.parse([...renderGateReport(report, format)].join(''));
}

describe('the JSON of a gate report', () => {
  const problems = problemsByOurs();
  it.each(reports)('is as its schema says when the report is %s', (_title, report) => {
    expect(problems(parsed(report, 'json'))).toEqual([]);
  });

  it('describes each field that a report may have', () => {
    const { properties } = ourSchema();
    const names = (schema: { properties: object }) => Object.keys(schema.properties).sort();
    expect(names({ properties })).toEqual(Object.keys(reportFields).sort());
    expect(names(properties.vulnerabilities.items)).toEqual(Object.keys(vulnerabilityFields).sort());
    expect(names(properties.exceptions.items)).toEqual(Object.keys(exceptionFields).sort());
    expect(names(properties.upgrades.items)).toEqual(Object.keys(upgradeFields).sort());
  });

  it('has all of the report, and a fingerprint of each vulnerability', () => {
    const { vulnerabilities, ...rest } = parsed(fullReport, 'json') as typeof fullReport;
    const { vulnerabilities: expected, ...expectedRest } = fullReport;
    expect(rest).toEqual(expectedRest);
    expect(vulnerabilities.slice(1)).toEqual(
      expected.slice(1).map((found) => ({ ...found, fingerprint: expect.any(String) })),
    );
  });
});

describeWithSchemas('gate reports beside public schemas', () => {
  const sarif = problemsBy(schemaFiles.sarif);
  const containerScanning = problemsBy(schemaFiles.containerScanning);

  it.each(reports)('are valid SARIF and GitLab reports when %s', (_title, report) => {
    expect(sarif(parsed(report, 'sarif'))).toEqual([]);
    expect(containerScanning(parsed(report, 'gitlab-container-scanning'))).toEqual([]);
  });

  describeWithPeers('with xmllint', ['xmllint'], ({ xmllint }) => {
    it('are valid JUnit files by the schemas of Jenkins and Ant', () => {
      const folder = mkdtempSync(join(tmpdir(), 'junit-'));
      const files = reports.map(([, report], index) => {
        const file = join(folder, `${index}.xml`);
        writeFileSync(file, [...renderGateReport(report, 'junit')].join(''));
        return file;
      });
      try {
        for (const schema of [schemaFiles.junitOfJenkins, schemaFiles.junitOfAnt]) {
          const { status, stderr } = spawnSync(xmllint, ['--noout', '--nonet', '--schema', schema, ...files], {
            encoding: 'utf8',
          });
          expect({ status, problems: stderr.split('\n').filter((line) => !line.endsWith(' validates')) }).toEqual({
            status: 0,
            problems: [''],
          });
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
