/** Who may do what with the audit streams. */
import { ELASTIC_INDEX } from "../../dialect/elastic/rows.ts";

/**
 * The connector: it may add documents and nothing else. `create_doc` permits no update, no deletion and
 * no reading, so a stolen key cannot change what is there.
 */
export function writerRole(): object {
  return {
    cluster: ["monitor"],
    indices: [{ names: [ELASTIC_INDEX], privileges: ["create_doc", "auto_configure"] }],
    applications: [],
    run_as: [],
    metadata: { managed_by: "claude-siem" },
  };
}

/** Analysts: they may search, and see how fields are mapped. */
export function readerRole(): object {
  return {
    cluster: [],
    indices: [{ names: [ELASTIC_INDEX], privileges: ["read", "view_index_metadata"] }],
    applications: [],
    run_as: [],
    metadata: { managed_by: "claude-siem" },
  };
}
