import { coversRepository, coversTag, type RetentionPolicy, type RetentionRule } from '@harbor-pilot/harbor';
import type { Check, Finding } from '../check.ts';
import { type ProjectView, unlessDenied } from './examinee.ts';
import { releaseTag } from './release-tag.ts';

/** The check of the policy that deletes old tags. */
export function retentionCheck(view: ProjectView): Check {
  return {
    id: 'retention',
    area: 'policies',
    title: 'tag retention',
    matters: 'A retention policy deletes the tags that none of its rules keeps, with images that are still deployed.',
    needs: ['project'],
    look: async () => {
      const { retentionId } = await view.details();
      if (retentionId === undefined) return { status: 'ok', seen: 'there is no policy: nothing is deleted by itself' };
      return unlessDenied(view, '"tag-retention: read"', async () => {
        return judge(view, await view.context.harbor.retentionPolicy(view.project, retentionId));
      });
    },
  };
}

function judge({ name, context }: ProjectView, policy: RetentionPolicy): Finding {
  const when = policy.schedule === undefined ? 'is run by hand' : `runs at "${policy.schedule}"`;
  if (name === undefined)
    return { status: 'skipped', seen: `there is a policy, it ${when}, and no repository was named` };
  const rules = policy.rules.filter((rule) => coversRepository(rule, name));
  if (rules.length === 0) return { status: 'ok', seen: `the policy is about other repositories than ${name}` };
  const tag = releaseTag(context);
  const facts = [...rules.map((rule) => `keeps ${describe(rule)}`), `the policy ${when}`];
  if (tag === undefined) return { status: 'ok', seen: `the policy is about ${name}, and no tag was named`, facts };
  const keeping = rules.filter((rule) => coversTag(rule, name, tag));
  if (keeping.some(({ template }) => template === 'always')) {
    return { status: 'ok', seen: `the tag ${tag} is always kept`, facts };
  }
  return {
    status: 'warning',
    seen:
      keeping.length === 0
        ? `no rule keeps the tag ${tag}: the next run deletes it`
        : `the tag ${tag} is kept only as one of ${keeping.map(describe).join(' or ')}`,
    facts,
    advice: 'Add a rule that always keeps the tags of releases (Policy, Tag Retention).',
  };
}

const templates: Readonly<Record<string, (count: string) => string>> = {
  always: () => 'all',
  latestPushedK: (count) => `the ${count} pushed last`,
  latestPulledN: (count) => `the ${count} pulled last`,
  nDaysSinceLastPush: (count) => `those pushed in the last ${count} days`,
  nDaysSinceLastPull: (count) => `those pulled in the last ${count} days`,
};

function describe({ template, count, tags }: RetentionRule): string {
  const kept = templates[template]?.(String(count ?? '?')) ?? `those of the rule "${template}"`;
  const of = tags.map(({ pattern, isExclusion }) => `${isExclusion ? 'all but ' : ''}${pattern || '**'}`);
  return `${kept} (tags ${of.join(' and ') || 'of no name'})`;
}
