import type { FoundVulnerability, ReportedException } from '@harbor-pilot/step-kit';
import { namesOf } from '../names.ts';
import type { ExceptedImage, Exception } from './exception.ts';
import { ownPlatforms, packageMatcher, platformsInScope } from './scope.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** Exceptions are warned about so many days before they end, unless said otherwise. */
export const warningDays = 14;

interface Entry {
  readonly exception: Exception;
  readonly state: 'live' | 'expiring' | 'expired';
  /** Platforms that it is about. */
  readonly scope: ReadonlySet<string>;
  /** Whether it is about a package, on whatever platform. */
  readonly matches: (found: FoundVulnerability) => boolean;
  isUsed: boolean;
}

/** The exceptions that are about one image, and which of them were needed. */
export interface Ledger {
  /** The exception that covers a vulnerability, on each platform that has it. Remembers all that cover it somewhere, also ended ones. */
  readonly cover: (found: FoundVulnerability) => Exception | undefined;
  /** After all vulnerabilities were looked up. Of VEX documents only what was needed: they tell of much that is elsewhere. */
  readonly report: () => ReadonlyMap<Exception, ReportedException>;
}

/**
 * Opens the exceptions for one image. The first that covers a vulnerability is given; of VEX statements about the same, the
 * latest decides, and one that says that it counts withdraws those before. Each platform is looked at by itself: a statement
 * about one of them says nothing about the others.
 */
export function openLedger(
  exceptions: readonly Exception[],
  image: ExceptedImage,
  now: Date,
  warnBeforeExpiryDays = warningDays,
): Ledger {
  const entries = exceptions.flatMap((exception) => entryOf(exception, image, now, warnBeforeExpiryDays) ?? []);
  const byId = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const id of new Set(entry.exception.ids.map((name) => name.toUpperCase()))) {
      const others = byId.get(id);
      if (others === undefined) byId.set(id, [entry]);
      else others.push(entry);
    }
  }
  return {
    cover: (found) => {
      const candidates = entriesOf(found, byId);
      if (candidates.size === 0) return undefined;
      const matching = [...candidates].filter((entry) => entry.matches(found));
      const platforms = found.platforms.length > 0 ? found.platforms : ownPlatforms(image);
      const chosen = platforms.map((platform) => {
        const covering = withoutWithdrawn(matching.filter(({ scope }) => scope.has(platform)));
        for (const entry of covering) entry.isUsed = true;
        return covering.find(({ state }) => state !== 'expired');
      });
      return chosen.includes(undefined) ? undefined : chosen[0]?.exception;
    },
    report: () =>
      new Map(
        entries
          .filter(
            ({ exception, isUsed }) => exception.kind !== 'counts' && (isUsed || exception.statedAt === undefined),
          )
          .map((entry) => [entry.exception, reportedAs(entry.exception, stateOfEntry(entry))]),
      ),
  };
}

function entriesOf(found: FoundVulnerability, byId: ReadonlyMap<string, readonly Entry[]>): Set<Entry> {
  return new Set(namesOf(found).flatMap((name) => byId.get(name.toUpperCase()) ?? []));
}

function entryOf(exception: Exception, image: ExceptedImage, now: Date, warnDays: number): Entry | undefined {
  const scope = platformsInScope(exception, image);
  if (scope === undefined) return undefined;
  return {
    exception,
    state: stateOf(exception, now, warnDays),
    scope,
    matches: packageMatcher(exception),
    isUsed: false,
  };
}

function withoutWithdrawn(entries: readonly Entry[]): readonly Entry[] {
  let latest: Entry | undefined;
  for (const entry of entries) {
    if (entry.exception.statedAt !== undefined && timeOf(entry) >= timeOf(latest)) latest = entry;
  }
  return entries.filter(
    (entry) => (entry.exception.statedAt === undefined || entry === latest) && entry.exception.kind !== 'counts',
  );
}

function timeOf(entry: Entry | undefined): number {
  return Date.parse(entry?.exception.statedAt ?? '') || 0;
}

/** Where an exception stands at a moment. */
export function stateOf({ expiresAt }: Exception, now: Date, warnDays: number): Entry['state'] {
  if (expiresAt === undefined) return 'live';
  const left = Date.parse(expiresAt) - now.getTime();
  if (left <= 0) return 'expired';
  return left <= warnDays * dayMilliseconds ? 'expiring' : 'live';
}

/** An exception as reports show it. */
export function reportedAs(exception: Exception, state: ReportedException['state']): ReportedException {
  const { ids, package: name, reason, owner, expiresAt, from } = exception;
  return {
    id: ids[0],
    ...(name === undefined ? {} : { package: name }),
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    from,
    state,
  };
}

function stateOfEntry({ state, isUsed }: Entry): ReportedException['state'] {
  if (state === 'expired') return state;
  if (!isUsed) return 'unused';
  return state === 'live' ? 'used' : state;
}
