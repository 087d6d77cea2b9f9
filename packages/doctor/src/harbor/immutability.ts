import { PilotError } from '@harbor-pilot/core';
import { coversTag, type TagRule } from '@harbor-pilot/harbor';
import type { Check, Finding } from '../check.ts';
import { type ProjectView, unlessDenied } from './examinee.ts';
import { releaseTag } from './release-tag.ts';

/** The check of the rules that forbid to move and to delete tags. */
export function immutabilityCheck(view: ProjectView): readonly Check[] {
  return [
    {
      id: 'immutability',
      area: 'policies',
      title: 'immutable tags',
      matters: 'A tag that a rule makes immutable cannot be moved to another image, nor deleted.',
      needs: ['project'],
      look: () => unlessDenied(view, '"immutable-tag: list"', () => lookAtRules(view)),
    },
  ];
}

/** Tags that are not of a release, by what a rule about them does. */
const otherTags = [
  {
    // The tag under which a release waits for its scan: `pilot-` and twelve digits of the digest.
    tag: 'pilot-0123456789ab',
    consequence:
      'a rule covers the tags pilot-… under which images wait for their scan: they cannot be deleted afterwards',
  },
  {
    tag: `sha256-${'0'.repeat(64)}.sig`,
    consequence:
      "a rule covers cosign's tags sha256-….sig: an image can be signed once in the older form, and not again",
  },
];

async function lookAtRules(view: ProjectView): Promise<Finding> {
  const { context, project, name } = view;
  const rules = (await context.harbor.immutabilityRules(project)).filter(({ isDisabled }) => !isDisabled);
  if (rules.length === 0) return { status: 'ok', seen: 'there is no rule' };
  const covers = (tag: string): boolean => rules.some((rule) => coversTag(rule, name ?? '', tag));
  if (name === undefined) return { status: 'ok', seen: `${countOf(rules)}, and no repository was named` };
  const consequences = otherTags.filter(({ tag }) => covers(tag)).map(({ consequence }) => consequence);
  const tag = releaseTag(context);
  const isFixed = tag !== undefined && covers(tag) && (await isThere(view, tag));
  const seen = describe(rules, tag, tag !== undefined && covers(tag), isFixed);
  if (!isFixed && consequences.length === 0) return { status: 'ok', seen };
  return {
    status: 'warning',
    seen,
    facts: consequences,
    advice: isFixed
      ? 'Release other content under a new tag; the same image is released again without harm.'
      : 'Narrow the rule to the tags of releases, `v*` for example (Policy, Tag Immutability).',
  };
}

const countOf = (rules: readonly TagRule[]): string => `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;

function describe(rules: readonly TagRule[], tag: string | undefined, isCovered: boolean, isFixed: boolean): string {
  if (tag === undefined) return `${countOf(rules)}, and no tag was named`;
  if (isFixed) return `the tag ${tag} is there, and immutable: it takes no other image`;
  return isCovered ? `the tag ${tag} is immutable once it is pushed` : `${countOf(rules)}, none about the tag ${tag}`;
}

async function isThere({ context, project, name }: ProjectView, tag: string): Promise<boolean> {
  try {
    return (await context.registry.find(`${project}/${name}`, tag)) !== undefined;
  } catch (error) {
    if (error instanceof PilotError && error.code === 'PULL_REFUSED') return true;
    throw error;
  }
}
