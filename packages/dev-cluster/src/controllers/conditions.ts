import type { Condition } from '../kinds/objects.ts';

/** The condition of a type, or undefined. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The conditions with one of them set; its transition time moves only when its status does. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  now: string,
): Condition[] {
  const old = findCondition(conditions, condition.type);
  const lastTransitionTime =
    old?.status === condition.status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : now;
  const next = { ...condition, lastTransitionTime };
  if (old === undefined) return [...(conditions ?? []), next];
  return (conditions ?? []).map((each) => (each.type === condition.type ? next : each));
}

/** The same, with the condition that is set last of all, as a Deployment has them. */
export function withConditionLast(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
  now: string,
): Condition[] {
  const all = withCondition(conditions, condition, now);
  const isSet = ({ type }: Condition): boolean => type === condition.type;
  return [...all.filter((each) => !isSet(each)), ...all.filter(isSet)];
}

/** Whether a condition of a type is there and true. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}
