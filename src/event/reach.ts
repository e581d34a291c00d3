/**
 * What a source knows about where an event happened and an event has no field for. It decides the class
 * of the data and is then forgotten: paths name people and cases, so they are never written anywhere.
 */
export interface DataInReach {
  readonly project?: readonly string[];
  readonly workspace?: readonly string[];
  /** MCP servers that an event of a kind without that field is about. */
  readonly mcp_server?: readonly string[];
  /** Files and folders, as the origin writes them. */
  readonly path?: readonly string[];
}

/** What is known of an event's way in; fields that the event itself has come first. */
export interface Provenance {
  readonly source_kind?: string | undefined;
  readonly deployment?: string | undefined;
  readonly reach?: DataInReach | undefined;
}
