/** What `run` does where nobody has written a configuration: receive on this machine, keep everything. */

/** File name of the key of pseudonyms, below the data folder. */
export const KEY_FILE = "pseudonym.key";

/**
 * The configuration that is used when there is none: receivers on loopback, an archive of canonical
 * events beside the journal, the embedded store with live detection, the status page.
 *
 * @param dataDir Folder for everything.
 * @param hasEngine Whether the engine of the embedded store is installed.
 */
export function defaultConfiguration(dataDir: string, hasEngine: boolean): string {
  const quoted = JSON.stringify(dataDir);
  return `version: 1
data_dir: ${quoted}
pseudonym:
  key: {file: ${JSON.stringify(`${dataDir}/${KEY_FILE}`)}}
sources:
  - name: hooks
    kind: http
    listen: 127.0.0.1:8787
  - name: telemetry
    kind: otlp
    listen: 127.0.0.1:4318
sinks:
  - name: archive
    kind: file
    folder: ${JSON.stringify(`${dataDir}/archive`)}
${hasEngine ? embeddedSink(dataDir) : ""}`;
}

function embeddedSink(dataDir: string): string {
  return `  - name: embedded
    kind: embedded
    path: ${JSON.stringify(`${dataDir}/events.duckdb`)}
    alerts: ${JSON.stringify(`${dataDir}/alerts.ndjson`)}
`;
}
