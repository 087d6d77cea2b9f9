import { accessOf, brokerPermissions, presetSteps, type StepPermission, stepPermissions } from '@harbor-pilot/steps';
import { replaceSection } from './sections.ts';

/** The page about robot accounts with its tables of permissions. */
export function robotsPage(page: string): string {
  const sections: Readonly<Record<string, string>> = {
    'step-permissions': stepsTable(),
    'robot-presets': presetsTable(),
    'broker-permissions': permissionsTable(brokerPermissions),
  };
  return Object.entries(sections).reduce((text, [name, content]) => replaceSection(text, name, content), page);
}

function stepsTable(): string {
  const rows = Object.entries(stepPermissions).flatMap(([step, permissions]: [string, readonly StepPermission[]]) =>
    permissions.length === 0
      ? [`| \`${step}\` | none | |`]
      : permissions.map((one, index) => `| ${index === 0 ? `\`${step}\`` : ''} | ${cells(one)} |`),
  );
  return ['| Step | Permission | Needed to |', '| --- | --- | --- |', ...rows].join('\n');
}

function permissionsTable(permissions: readonly StepPermission[]): string {
  return ['| Permission | Needed to |', '| --- | --- |', ...permissions.map((one) => `| ${cells(one)} |`)].join('\n');
}

function cells({ resource, action, purpose, isElsewhere, isOptional }: StepPermission): string {
  const where = isElsewhere === true ? ', in the project it goes to' : '';
  return `\`${resource}: ${action}\`${where} | ${purpose}${isOptional === true ? '; it goes on without' : ''}`;
}

function presetsTable(): string {
  const rows = (Object.keys(presetSteps) as (keyof typeof presetSteps)[]).map((preset) => {
    const access = accessOf(preset).map(({ resource, action }) => `\`${resource}: ${action}\``);
    return `| \`${preset}\` | ${presetSteps[preset].map((step) => `\`${step}\``).join(', ')} | ${access.join(', ')} |`;
  });
  return ['| `robot-preset` | For the steps | Permissions |', '| --- | --- | --- |', ...rows].join('\n');
}
