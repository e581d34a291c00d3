/** What `run` does where nobody has written a configuration: receive on this machine, keep everything. */

/** File name of the key of pseudonyms, below the data folder. */
export const KEY_FILE = "pseudonym.key";

/**
 * The configuration that is used when there is none: receivers on loopback, an archive of canonical
 * events beside the journal, the status page.
 *
 * @param dataDir Folder for everything.
 */
export function defaultConfiguration(dataDir: string): string {
  const quoted = JSON.stringify(dataDir);
  return `version: 1
data_dir: ${quoted}
pseudonym:
  key: {file: ${JSON.stringify(`${dataDir}/${KEY_FILE}`)}}
sources:
  - name: hooks
    kind: http
    listen: 127.0.0.1:8787
sinks:
  - name: archive
    kind: file
    folder: ${JSON.stringify(`${dataDir}/archive`)}
`;
}
