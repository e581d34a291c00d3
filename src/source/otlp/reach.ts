/**
 * Where a record happened: the files of a tool's input, the folders of a session, project and workspace
 * where the administrator of the client states them (`OTEL_RESOURCE_ATTRIBUTES`). It decides the class of
 * the data and is then forgotten.
 *
 * Clients send a tool's input only with `OTEL_LOG_TOOL_DETAILS=1`, as JSON in a text that may be cut.
 */
import type { DataInReach } from "../../event/reach.ts";
import type { RecordReader } from "./reader.ts";
import { mcpCall } from "./record-kind.ts";

const PATHS_MAX = 64;
/** Longer than any path of an operating system. */
const PATH_LENGTH_MAX = 8192;

/**
 * Members that hold a path, in tools of the client and by convention in those of MCP servers. A member of
 * a text within the text has its quotes escaped, so that content never counts.
 */
const pathMember = /"(?:file_path|notebook_path|path)"\s*:\s*("(?:[^"\\]|\\.)*")/g;
const pathTexts = ["tool_input", "tool_parameters"] as const;

const projectNames = ["project.id", "project_id", "project"] as const;
const workspaceNames = ["workspace.id", "workspace_id", "workspace"] as const;

/** A JSON string; what cannot be read as one, such as a half escape, is taken as it stands. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

function pathsOf(reader: RecordReader): readonly string[] {
  const paths = reader.text("workspace.host_paths")?.split("\n") ?? [];
  for (const name of pathTexts) {
    for (const [, quoted = ""] of reader.text(name)?.matchAll(pathMember) ?? []) {
      if (paths.length >= PATHS_MAX) break;
      if (quoted.length <= PATH_LENGTH_MAX) paths.push(unquote(quoted));
    }
  }
  return paths.filter((path) => path !== "");
}

function named(reader: RecordReader, names: readonly string[]): readonly string[] {
  return names.map((name) => reader.identifier(name)).filter((value) => value !== undefined);
}

/** The server of a call that was decided about: an approval has no field for it. */
function serversOf(reader: RecordReader): readonly string[] {
  const server = reader.has("decision") ? mcpCall(reader)?.server : undefined;
  return server === undefined ? [] : [server];
}

/** What the record tells beside the event; `undefined` when that is nothing. */
export function reachOf(reader: RecordReader): DataInReach | undefined {
  const path = pathsOf(reader);
  const project = named(reader, projectNames);
  const workspace = named(reader, workspaceNames);
  const server = serversOf(reader);
  if (path.length + project.length + workspace.length + server.length === 0) return undefined;
  return {
    ...(path.length > 0 && { path }),
    ...(project.length > 0 && { project }),
    ...(workspace.length > 0 && { workspace }),
    ...(server.length > 0 && { mcp_server: server }),
  };
}
