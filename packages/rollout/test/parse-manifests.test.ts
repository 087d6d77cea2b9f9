import { PilotError } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { parseManifests } from '../src/manifests/parse-manifests.ts';

const file = (text: string, path = 'k8s/all.yaml'): { path: string; text: string } => ({ path, text });
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

function failure(text: string): PilotError {
  try {
    parseManifests([file(text)]);
  } catch (error) {
    if (error instanceof PilotError) return error;
  }
  throw new Error('it was accepted');
}

describe('reading manifests', () => {
  it('reads several documents of several files, in order, and skips empty ones', () => {
    const files = [
      file(`# first\n---\n${configMap('a')}---\n---\n${configMap('b')}`),
      file(configMap('c'), 'c.yaml'),
      file(''),
    ];
    const found = parseManifests(files);
    expect(found.map(({ object }) => object.metadata)).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    expect(found.map(({ position }) => position)).toEqual(['k8s/all.yaml:3', 'k8s/all.yaml:8', 'c.yaml:1']);
  });

  it('takes the objects out of a List', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }],
    };
    expect(parseManifests([file(JSON.stringify(list))])[0]?.object).toMatchObject({ kind: 'Secret' });
  });

  it('reads numbers and words as kubectl does', () => {
    const text = `${configMap('a')}mode: 0644\nyes: yes\ntime: 12:30\nday: 2026-01-31\nquoted: "0644"\n`;
    expect(parseManifests([file(text)])[0]?.object).toMatchObject({
      mode: 420,
      time: '12:30',
      day: '2026-01-31',
      quoted: '0644',
    });
  });

  it.each([
    ['a tab for indentation', `${configMap('a')}---\na:\n\t- b\n`, 'k8s/all.yaml:6'],
    ['an open quote', `${configMap('a')}data:\n  x: "abc\n`, 'k8s/all.yaml:6'],
    ['a key twice', 'apiVersion: v1\nkind: A\nkind: B\n', 'k8s/all.yaml:3'],
    ['no kind', `${configMap('a')}---\napiVersion: v1\n`, 'k8s/all.yaml:5'],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\n', 'k8s/all.yaml:1'],
    ['a list', '- a\n', 'k8s/all.yaml:1'],
    ['the same object twice', `${configMap('a')}---\n${configMap('a')}`, 'k8s/all.yaml:5'],
  ])('refuses %s with file and line', (_what, text, position) => {
    const error = failure(text);
    expect(error.code).toBe('MANIFESTS_INVALID');
    expect(error.message).toContain(`${position}: `);
    expect(error.hint).toBeTruthy();
  });

  it.each([
    [
      'a kustomization',
      'kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [a.yaml]\n',
      'kubectl kustomize',
    ],
    [
      'a template',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\nimmutable: {{ .Values.fixed }}\n',
      'helm template',
    ],
    ['a template with lines of its own', '{{- if .Values.on }}\napiVersion: v1\n{{- end }}\n', 'helm template'],
  ])('knows %s for what it is', (_what, text, hint) => {
    expect(failure(text)).toMatchObject({ code: 'MANIFESTS_INVALID', hint: expect.stringContaining(hint) });
  });

  it('knows a kustomization by its file', () => {
    const kustomization = { path: 'k8s/kustomization.yaml', text: 'resources: [a.yaml]\n' };
    expect(() => parseManifests([kustomization])).toThrow('k8s/kustomization.yaml:1: this says how to make manifests');
  });

  it('refuses a document that grows without end', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let index = 0; index < 8; index += 1) {
      const alias = `*${String.fromCharCode(97 + index)}`;
      lines.push(
        `${String.fromCharCode(98 + index)}: &${String.fromCharCode(98 + index)} [${Array(9).fill(alias).join(', ')}]`,
      );
    }
    expect(failure(lines.join('\n')).code).toBe('MANIFESTS_INVALID');
  });

  it('does not quote the manifest, which may hold secrets', () => {
    expect(failure('password: "hunter2-and-more\n  x: [').message).not.toContain('hunter2');
  });
});
