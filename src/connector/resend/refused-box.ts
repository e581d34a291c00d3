/** Where commands put what a sink refuses: the sink's own box is written by the connector alone. */

/**
 * Name of the box of dead letters for what `reconcile --repair` and `journal replay` could not deliver.
 * Names of sinks have no dots, so it is nobody's own.
 */
export function refusedBox(sink: string): string {
  return `${sink}.repair`;
}
