/**
 * Events of the audit log's CSV export by the name that the Compliance API has for them. Names that are
 * the same in both are not listed. As read in "Compliance API, Rev I", appendix B (29 March 2026).
 */
const settings = "claude_organization_settings_updated";

const others: Readonly<Record<string, string>> = {
  user_sent_phone_code: "phone_code_sent",
  user_verified_phone_code: "phone_code_verified",
  user_signed_in_google: "social_login_succeeded",
  user_signed_in_apple: "social_login_succeeded",
  user_signed_in_microsoft: "social_login_succeeded",
  user_signed_in_sso: "sso_login_succeeded",
  user_requested_magic_link: "magic_link_login_initiated",
  user_attempted_magic_link_verification: "magic_link_login_succeeded",
  user_age_verified: "age_verified",
  user_signed_out: "user_logged_out",
  user_signed_out_all_sessions: "user_logged_out",
  user_revoked_session: "session_revoked",
  user_name_changed: "claude_user_settings_updated",
  org_user_updated: "claude_user_role_updated",
  org_data_retention_policy_changed: settings,
  org_claude_code_managed_settings_created: settings,
  org_claude_code_managed_settings_updated: settings,
  org_claude_code_managed_settings_deleted: settings,
  project_created: "claude_project_created",
  project_deleted: "claude_project_deleted",
  project_visibility_changed: "claude_project_sharing_updated",
  project_document_created: "claude_project_document_uploaded",
  project_document_deleted: "claude_project_document_deleted",
  conversation_created: "claude_chat_created",
  conversation_deleted: "claude_chat_deleted",
  conversation_renamed: "claude_chat_settings_updated",
};

/** Names that have `claude_` before them in the API. */
const PREFIXED = /^(file|skill|command|plugin)_(uploaded|created|replaced|updated|deleted)$/;
const INTEGRATION = /^integration_org_(enabled|disabled|config_updated)$/;
const verbs: Readonly<Record<string, string>> = {
  enabled: "created",
  disabled: "deleted",
  config_updated: "updated",
};

/**
 * The API's name of an event.
 *
 * @param about Texts of the row that tell which integration it is about: the export has one name for
 *   Google Drive and GitHub. Where they do not tell, the export's own name stays.
 */
export function apiNameOf(event: string, about: string): string {
  const known = Object.hasOwn(others, event) ? others[event] : undefined;
  if (known !== undefined) return known;
  if (PREFIXED.test(event)) return `claude_${event}`;
  const verb = INTEGRATION.exec(event)?.[1];
  const product = /github/i.test(about)
    ? "github"
    : /g(oogle[\s_-]?)?drive/i.test(about)
      ? "gdrive"
      : undefined;
  return verb === undefined || product === undefined
    ? event
    : `claude_${product}_integration_${verbs[verb]}`;
}
