/** Whether a setting of a project is on. Harbor keeps whatever text it is given. */
export function isOn(setting: string | undefined): boolean {
  return ['true', '1'].includes(setting?.toLowerCase() ?? '');
}
