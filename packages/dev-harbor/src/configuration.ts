import { asArray, asNumber, asObject } from '@harbor-pilot/core';
import type { Settings } from './store/settings.ts';

/** What an administrator may set for the whole server, with the values of a fresh Harbor. */
const defaults = {
  audit_log_forward_endpoint: '',
  auth_mode: 'db_auth',
  banner_message: '',
  disabled_audit_log_event_types: '',
  notification_enable: true,
  oidc_logout: false,
  oidc_name: '',
  primary_auth_mode: false,
  project_creation_restriction: 'everyone',
  quota_per_project_enable: true,
  read_only: false,
  robot_name_prefix: 'robot$',
  robot_token_duration: 30,
  scanner_skip_update_pulltime: false,
  self_registration: false,
  session_timeout: 60,
  skip_audit_log_database: false,
  storage_per_project: -1,
  token_expiration: 30,
};

/** The server's settings. */
export type ConfigurationValues = typeof defaults;

/** Reads and changes the server's settings. */
export class Configuration {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get values(): ConfigurationValues {
    return { ...defaults, ...asObject(this.#settings.get('configuration')) };
  }

  /** The vulnerabilities that the pull policy of every project ignores, unless a project has a list of its own. */
  get allowlist(): { readonly items: readonly string[]; readonly expiresAt: number | null } {
    const list = asObject(this.#settings.get('allowlist'));
    const items = asArray(list?.items).filter((item) => typeof item === 'string');
    return { items, expiresAt: asNumber(list?.expiresAt) ?? null };
  }

  set allowlist(list: { readonly items: readonly string[]; readonly expiresAt: number | null }) {
    this.#settings.set('allowlist', list);
  }

  /** Takes the known ones among the values; whoever calls has checked their types. */
  change(values: Readonly<Record<string, unknown>>): void {
    const known = Object.entries(values).filter(([key]) => key in defaults);
    this.#settings.set('configuration', {
      ...asObject(this.#settings.get('configuration')),
      ...Object.fromEntries(known),
    });
  }
}
