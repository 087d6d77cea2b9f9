import { asArray, asNumber, asObject } from '@harbor-pilot/core';
import type { Settings } from './store/settings.ts';

/** What an administrator may set for the whole server, with the values of a fresh Harbor. */
const defaults = {
  audit_log_forward_endpoint: '',
  auth_mode: 'db_auth',
  banner_message: '',
  disabled_audit_log_event_types: '',
  http_authproxy_admin_groups: '',
  http_authproxy_admin_usernames: '',
  http_authproxy_endpoint: '',
  http_authproxy_server_certificate: '',
  http_authproxy_skip_search: false,
  http_authproxy_tokenreview_endpoint: '',
  http_authproxy_verify_cert: true,
  ldap_base_dn: '',
  ldap_filter: '',
  ldap_group_admin_dn: '',
  ldap_group_attach_parallel: false,
  ldap_group_attribute_name: '',
  ldap_group_base_dn: '',
  ldap_group_membership_attribute: 'memberof',
  ldap_group_search_filter: '',
  ldap_group_search_scope: 2,
  ldap_scope: 2,
  ldap_search_dn: '',
  ldap_timeout: 5,
  ldap_uid: 'cn',
  ldap_url: '',
  ldap_verify_cert: true,
  notification_enable: true,
  oidc_admin_group: '',
  oidc_auto_onboard: false,
  oidc_client_id: '',
  oidc_endpoint: '',
  oidc_extra_redirect_parms: '{}',
  oidc_group_filter: '',
  oidc_groups_claim: '',
  oidc_logout: false,
  oidc_name: '',
  oidc_scope: '',
  oidc_user_claim: '',
  oidc_verify_cert: true,
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
  uaa_client_id: '',
  uaa_client_secret: '',
  uaa_endpoint: '',
  uaa_verify_cert: false,
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
    const known = Object.entries(values).filter(([key]) => Object.hasOwn(defaults, key));
    this.#settings.set('configuration', {
      ...asObject(this.#settings.get('configuration')),
      ...Object.fromEntries(known),
    });
  }
}
