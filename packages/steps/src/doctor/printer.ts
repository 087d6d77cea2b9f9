import type { CheckResult } from '@harbor-pilot/doctor';
import { areaTitle, renderCheckText } from '@harbor-pilot/report';
import type { Runtime } from '@harbor-pilot/step-kit';

/** Prints results as they come. */
export interface Printer {
  print(result: CheckResult): void;
  /** Prints what was held back. */
  end(): void;
}

/** Prints each result below the name of its part of the way; checks that one reason kept from being made share a line. */
export function createPrinter(runtime: Runtime): Printer {
  let area: string | undefined;
  let skipped: CheckResult[] = [];
  const tell = (result: CheckResult): void => {
    for (const line of renderCheckText(result)) runtime.info(`  ${line}`);
  };
  const end = (): void => {
    const [first] = skipped;
    if (first !== undefined) tell({ ...first, title: skipped.map(({ title }) => title).join(', ') });
    skipped = [];
  };
  return {
    print: (result) => {
      if (result.area !== area || result.status !== 'skipped' || result.seen !== skipped[0]?.seen) end();
      if (result.area !== area) runtime.info(areaTitle(result.area));
      area = result.area;
      if (result.status === 'skipped') skipped.push(result);
      else tell(result);
    },
    end,
  };
}
