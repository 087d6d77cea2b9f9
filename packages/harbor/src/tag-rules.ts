import { posix } from 'node:path';
import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { filled, type HarborObject, requireObject } from './parsing.ts';
import { projectPath } from './paths.ts';

/** A pattern of names, `v*` or `{main,release/**}`, and whether it means those that match or all others. */
export interface Selector {
  readonly pattern: string;
  readonly isExclusion: boolean;
}

/** Which tags of which repositories a rule is about. */
export interface TagRule {
  readonly isDisabled: boolean;
  readonly tags: readonly Selector[];
  /** Of names without the project. */
  readonly repositories: readonly Selector[];
}

/** One reason for the retention policy to keep a tag. */
export interface RetentionRule extends TagRule {
  /** `always`, `latestPushedK`, `latestPulledN`, `nDaysSinceLastPush`, `nDaysSinceLastPull` */
  readonly template: string;
  /** The number in it. */
  readonly count?: number;
}

/** What a project deletes: in the repositories that its rules are about, every tag that none of them keeps. */
export interface RetentionPolicy {
  readonly rules: readonly RetentionRule[];
  /** With seconds, `0 0 0 * * *`; absent when it is only run by hand. */
  readonly schedule?: string;
}

/** Rules about the tags of a project. */
export interface TagRuleReads {
  /** AUTH_DENIED without "immutable-tag: list". */
  immutabilityRules(project: string): Promise<readonly TagRule[]>;
  /** AUTH_DENIED without "tag-retention: read". */
  retentionPolicy(project: string, id: number): Promise<RetentionPolicy>;
}

/** Reads the rules about tags. */
export function tagRuleReads(api: Api): TagRuleReads {
  return {
    immutabilityRules: async (project) => {
      const what = `list the immutability rules of the project ${project}`;
      const path = `${projectPath(project)}/immutabletagrules`;
      const rules: TagRule[] = [];
      for await (const entry of api.list({ path, what, project, permission: 'immutable-tag: list' })) {
        rules.push(parseRule(requireObject(entry, what)));
      }
      return rules;
    },
    retentionPolicy: async (project, id) => {
      const what = `read the retention policy of the project ${project}`;
      const permission = 'tag-retention: read';
      const response = await api.call({
        method: 'GET',
        path: `/retentions/${id}`,
        what,
        expect: [200],
        project,
        permission,
      });
      const policy = requireObject(await response.json(), what);
      const schedule = filled(asObject(asObject(policy.trigger)?.settings)?.cron);
      return {
        rules: asArray(policy.rules).map((rule) => parseRetentionRule(requireObject(rule, what))),
        ...(schedule === undefined ? {} : { schedule }),
      };
    },
  };
}

function parseRule(rule: HarborObject): TagRule {
  return {
    isDisabled: rule.disabled === true,
    tags: asArray(rule.tag_selectors).map(parseSelector),
    repositories: asArray(asObject(rule.scope_selectors)?.repository).map(parseSelector),
  };
}

function parseSelector(value: unknown): Selector {
  const selector = asObject(value);
  return {
    pattern: asString(selector?.pattern) ?? '',
    isExclusion: /excludes$/i.test(asString(selector?.decoration) ?? ''),
  };
}

function parseRetentionRule(rule: HarborObject): RetentionRule {
  const template = asString(rule.template) ?? '';
  const count = asNumber(asObject(rule.params)?.[template]);
  return { ...parseRule(rule), template, ...(count === undefined ? {} : { count }) };
}

/** Whether a rule that is not switched off is about a repository, without its project. */
export function coversRepository(rule: TagRule, repository: string): boolean {
  return !rule.isDisabled && rule.repositories.length > 0 && rule.repositories.every((one) => selects(one, repository));
}

/** Whether a rule that is not switched off is about a tag of a repository, without its project. */
export function coversTag(rule: TagRule, repository: string, tag: string): boolean {
  return coversRepository(rule, repository) && rule.tags.length > 0 && rule.tags.every((one) => selects(one, tag));
}

function selects({ pattern, isExclusion }: Selector, name: string): boolean {
  return (pattern === '' || posix.matchesGlob(name, pattern)) !== isExclusion;
}
