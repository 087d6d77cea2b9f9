import { formatCount, PilotError } from '@harbor-pilot/core';
import { coversTag } from '@harbor-pilot/harbor';
import type { Registry } from '@harbor-pilot/registry';
import type { Check, Finding } from '../check.ts';
import { type ProjectView, unlessDenied } from './examinee.ts';
import { releaseTag } from './release-tag.ts';

/** The check of the rules that forbid to move and to delete tags. */
export function immutabilityCheck(view: ProjectView): Check {
  return {
    id: 'immutability',
    area: 'policies',
    title: 'immutable tags',
    matters: 'A tag that a rule makes immutable cannot be moved to another image, nor deleted.',
    needs: ['project'],
    look: () => unlessDenied(view, '"immutable-tag: list"', () => lookAtRules(view)),
  };
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
  const count = formatCount(rules.length, 'rule');
  if (name === undefined) return { status: 'skipped', seen: `${count}, and no repository was named` };
  const covers = (tag: string): boolean => rules.some((rule) => coversTag(rule, name, tag));
  const facts = otherTags.filter(({ tag }) => covers(tag)).map(({ consequence }) => consequence);
  const tag = releaseTag(context);
  const isCovered = tag !== undefined && covers(tag);
  if (isCovered && (await isThere(context.registry, `${project}/${name}`, tag))) {
    return {
      status: 'warning',
      seen: `the tag ${tag} is there, and immutable: it takes no other image`,
      facts,
      advice: 'Release other content under a new tag; the same image is released again without harm.',
    };
  }
  const about = tag === undefined ? 'and no tag was named' : `none about the tag ${tag}`;
  const seen = isCovered ? `the tag ${tag} is immutable once it is pushed` : `${count}, ${about}`;
  if (facts.length === 0) return { status: 'ok', seen };
  return {
    status: 'warning',
    seen,
    facts,
    advice: 'Narrow the rule to the tags of releases, `v*` for example (Policy, Tag Immutability).',
  };
}

/** Whether there is a tag; false when the account may not look. */
async function isThere(registry: Registry, repository: string, tag: string): Promise<boolean> {
  try {
    return (await registry.find(repository, tag)) !== undefined;
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    return error.code === 'PULL_REFUSED';
  }
}
