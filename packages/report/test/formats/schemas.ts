import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from '@jest/globals';
import { Ajv, type AnySchemaObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const data = resolve(import.meta.dirname, '../../../../../shared/data');

/** Public schemas, which are kept beside the repository. */
export const schemaFiles = {
  sarif: resolve(data, 'sarif/sarif-schema-2.1.0.json'),
  containerScanning: resolve(data, 'gitlab-security-report/container-scanning-report-format-15.0.7.json'),
  junitOfJenkins: resolve(data, 'junit-jenkins/junit-10.xsd'),
  junitOfAnt: resolve(data, 'junit-windyroad/JUnit.xsd'),
};

/** A suite that needs the public schemas; where they are not, it is skipped by name. */
export function describeWithSchemas(title: string, body: () => void): void {
  if (Object.values(schemaFiles).every((file) => existsSync(file))) {
    describe(title, body);
  } else {
    describe.skip(`${title} (needs ../shared/data)`, () => {
      it('needs the schemas', () => undefined);
    });
  }
}

/** What is wrong with a document by a public schema; nothing when all is well. */
export type Problems = (document: unknown) => readonly unknown[];

/** By a schema file of draft 4 to 7, which do not differ in what these schemas use. */
export function problemsBy(file: string): Problems {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as AnySchemaObject;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (document) => (validate(document) ? [] : (validate.errors ?? []));
}

interface OurSchema {
  readonly properties: Readonly<
    Record<'vulnerabilities' | 'exceptions' | 'upgrades', { readonly items: { readonly properties: object } }>
  >;
}

/** Our own schema of gate reports, in which here no field may be there that it does not name. */
export function ourSchema(): OurSchema {
  const text = readFileSync(resolve(import.meta.dirname, '../../gate-report.schema.json'), 'utf8');
  return JSON.parse(text, (_key, value) =>
    value?.type === 'object' && value.properties !== undefined ? { ...value, additionalProperties: false } : value,
  );
}

/** By our own schema. */
export function problemsByOurs(): Problems {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(ourSchema());
  return (document) => (validate(document) ? [] : (validate.errors ?? []));
}
