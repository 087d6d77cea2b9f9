import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ReportedDigest,
  type ReportedSignature,
  signatureStates,
  type VerifiedImage,
  type VerifyReport,
} from '@harbor-pilot/step-kit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openVerifyJson, renderVerifyMarkdown, renderVerifyText, stateWords } from '../src/index.ts';
import { hostileTexts } from './hostile.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const digest = `sha256:${'a'.repeat(64)}` as const;
const child = `sha256:${'b'.repeat(64)}` as const;

const signature: ReportedSignature = {
  format: 'bundle',
  signatureDigest: digest,
  signer: { kind: 'certificate', identity: 'ci@example.com', issuer: 'https://issuer.example' },
  verifiedWith: ['transparency-log', 'timestamp'],
  signedAt: '2026-11-22T12:00:00.000Z',
  signedFor: 'harbor.example/shop/app',
  annotations: { stage: 'release' },
};
const signed: ReportedDigest = {
  digest,
  state: 'signed',
  signatures: [signature],
  refused: [],
  attestations: [],
  attestationCount: 0,
  notationCount: 0,
};
const image: VerifiedImage = {
  image: 'harbor.example/shop/app',
  digest,
  tags: ['1.0'],
  state: 'signed',
  digests: [signed],
};
const verified: VerifyReport = {
  schemaVersion: 1,
  scope: 'image',
  subject: 'harbor.example/shop/app',
  terms: {
    signers: ['ci@example.com of the issuer https://issuer.example'],
    rules: ['Each signature must have been made for the repository that it is in.'],
    waivers: [],
    trustRoot: { origin: 'trusted_root.json', updatedAt: '2026-01-01T00:00:00.000Z', ageDays: 325 },
  },
  verdict: 'verified',
  counts: { signed: 1 },
  verifiedWith: ['certificate', 'transparency-log', 'timestamp'],
  warnings: [],
  images: [image],
  verifiedAt: '2026-11-22T12:00:01.000Z',
  durationSeconds: 1,
};

function refusedAs(state: VerifiedImage['state'], scope: VerifyReport['scope'] = 'image'): VerifyReport {
  const digests = [signed, { ...signed, digest: child, platform: 'linux/arm64', state, signatures: [] }];
  return { ...verified, scope, verdict: 'refused', counts: { [state]: 1 }, images: [{ ...image, state, digests }] };
}

describe('a verified image', () => {
  it('is told with who signed, with what it was verified and when, in text and Markdown', () => {
    const text = renderVerifyText(verified);
    expect(text).toBe(
      [
        '✓ Verified: harbor.example/shop/app',
        `  ✓ itself ${digest}: signed`,
        `      by ci@example.com of the issuer https://issuer.example (certificate, transparency-log, timestamp, 2026-11-22 12:00:00 UTC, for harbor.example/shop/app), bundle ${digest}`,
        '  Whose signatures count:',
        '    - ci@example.com of the issuer https://issuer.example',
        '    - Each signature must have been made for the repository that it is in.',
        '  Trust root: trusted_root.json of 2026-01-01 (325 days old)',
      ].join('\n'),
    );
    const markdown = renderVerifyMarkdown(verified);
    expect(markdown).toContain('## ✅ Verified');
    expect(markdown).toContain('certificate, transparency-log, timestamp');
    expect(markdown).toContain('2026-11-22 12:00:00 UTC');
    expect(markdown).toContain('325 days old');
  });

  it('shows what was not asked for wherever it is shown', () => {
    const waived = { ...verified, terms: { ...verified.terms, waivers: ['transparency-log'] } };
    for (const shown of [renderVerifyText(waived), renderVerifyMarkdown(waived)]) {
      expect(shown).toContain('insecure-ignore-transparency-log');
    }
    expect(renderVerifyMarkdown(waived)).toContain('## ⚠️ Verified');
  });
});

describe('every result', () => {
  it.each(signatureStates.filter((state) => state !== 'signed'))('says what it means and what to do: %s', (state) => {
    const { title, meaning, advice } = stateWords[state];
    for (const scope of ['image', 'project'] as const) {
      const text = renderVerifyText(refusedAs(state, scope));
      const markdown = renderVerifyMarkdown(refusedAs(state, scope));
      expect(text).toContain(title);
      for (const words of [title, meaning, advice]) expect(markdown).toContain(words);
      if (scope === 'image') for (const words of [meaning, advice]) expect(text).toContain(words);
      expect(text).toContain(child);
    }
  });
});

it('the documentation says the same of every result', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../../docs/signatures.md'), 'utf8');
  for (const state of signatureStates) {
    const { title, meaning, advice } = stateWords[state];
    expect(page).toContain(`| ${title} | \`${state}\` | ${meaning} | ${advice} |`);
  }
});

describe('a project', () => {
  it('is told by what is wrong in it, as far as there is room', () => {
    const images = Array.from(
      { length: 400 },
      (_, index): VerifiedImage => ({ ...image, state: 'not-signed', tags: [`${index}`] }),
    );
    const report: VerifyReport = {
      ...verified,
      scope: 'project',
      subject: 'harbor.example/shop',
      verdict: 'refused',
      counts: { 'not-signed': 400, signed: 1000 },
      images,
    };
    const text = renderVerifyText(report);
    expect(text).toContain('✗ Refused: 400 images do not count as signed: harbor.example/shop');
    expect(text).toContain('400 not signed, 1,000 signed');
    expect(text).toContain('and 300 images more');
    expect(renderVerifyMarkdown(report)).toContain('and 200 images more');
  });
});

function hostile(text: string, scope: VerifyReport['scope']): VerifyReport {
  const part: ReportedDigest = {
    ...signed,
    platform: text,
    state: 'another-signer',
    signatures: [
      {
        ...signature,
        signer: { kind: 'certificate', identity: text, issuer: text },
        verifiedWith: [text],
        signedAt: text,
        signedFor: text,
        annotations: { [text]: text },
      },
    ],
    refused: [{ format: 'classic', signatureDigest: digest, because: 'tampered', reason: text }],
    attestations: [{ type: text, outcome: 'invalid', because: text }],
    trouble: text,
  };
  return {
    ...verified,
    scope,
    subject: text,
    verdict: 'refused',
    counts: { 'another-signer': 1 },
    terms: {
      signers: [text],
      rules: [text],
      waivers: [text],
      trustRoot: { origin: text, updatedAt: text, ageDays: 1 },
    },
    warnings: [text],
    images: [{ image: text, digest, tags: [text], state: 'another-signer', digests: [part, part] }],
  };
}

describe('texts of strangers', () => {
  it.each(hostileTexts)('stay texts: %j', async (text) => {
    for (const scope of ['image', 'project'] as const) {
      const report = hostile(text, scope);
      const lines = renderVerifyText(report).split('\n');
      for (const line of lines) expect(line).toMatch(/^(?: {2,}|[✓✗!] )/);
      expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e\u2066]|##\[/u);
      const markdown = renderVerifyMarkdown(report);
      expect(markdown).not.toMatch(/<(?!\/?(?:code|details|summary|br)>)|\]\(|(?!\n)\p{Cc}|\u202e/u);
      expect(markdown).not.toMatch(/https?:\/\/|`|\*\*bold|@everyone/);
      // Only the table that was meant is there, whatever has a pipe in it.
      const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
      const columns = new Set(rows.map((row) => row.split('|').length));
      expect(columns.size).toBe(1);
    }
  });
});

describe('a report as JSON', () => {
  const validate = async () => {
    const schema = JSON.parse(
      await readFile(resolve(import.meta.dirname, '../verify-report.schema.json'), 'utf8'),
      (_key, value) =>
        value?.type === 'object' && value.properties !== undefined ? { ...value, additionalProperties: false } : value,
    );
    return new Ajv2020({ strict: true, allErrors: true }).compile(schema);
  };
  const write = async (name: string, { images, ...head }: VerifyReport): Promise<unknown> => {
    const path = join(folder, 'new', name);
    await using file = await openVerifyJson(path);
    for (const one of images) await file.add(one);
    await file.finish(head);
    return JSON.parse(await readFile(path, 'utf8'));
  };

  it('has all fields that its schema names, and no others', async () => {
    const valid = await validate();
    for (const report of [verified, { ...verified, images: [] }, ...signatureStates.map((state) => refusedAs(state))]) {
      const written = await write('report.json', report);
      expect(written).toEqual(report);
      expect(valid(written) ? [] : valid.errors).toEqual([]);
    }
  });

  it('has no control characters, and nothing else is left', async () => {
    for (const text of hostileTexts) {
      await write('hostile.json', hostile(text, 'project'));
      expect(await readFile(join(folder, 'new/hostile.json'), 'utf8')).not.toMatch(/\\u00[01]|\\u202e|##\[|\\n/);
    }
    expect((await readdir(join(folder, 'new'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is not there when it was given up, and cannot be where there is no place', async () => {
    await (async () => {
      await using file = await openVerifyJson(join(folder, 'given-up.json'));
      await file.add(image);
    })();
    expect((await readdir(folder)).filter((name) => name.includes('given-up'))).toEqual([]);
    await expect(openVerifyJson('/dev/null/report.json')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
