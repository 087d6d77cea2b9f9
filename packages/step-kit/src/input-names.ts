/** `onlyFixed` → `only-fixed`: GitHub and GitLab inputs, flags, keys of harbor-pilot.yml. */
export function kebabName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `only-fixed` → `onlyFixed`: the way back, for TypeScript and Groovy. */
export function camelName(kebab: string): string {
  return kebab.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `onlyFixed` or `only-fixed` → `HARBOR_PILOT_ONLY_FIXED`: the environment variable. */
export function environmentName(name: string): string {
  return `HARBOR_PILOT_${kebabName(name).replaceAll('-', '_').toUpperCase()}`;
}
