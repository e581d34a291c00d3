/**
 * A whole connector, from one topic to another, until SIGTERM. Its argument is its configuration as
 * JSON; it tells its parent when it runs.
 */
import { type Configuration, createConnector } from "../../src/connector/create-connector.ts";

const configuration = JSON.parse(process.argv[2] ?? "") as Configuration;
const quiet = (): void => undefined;
const connector = await createConnector(configuration, {
  environment: process.env,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
process.once("SIGTERM", () => {
  void connector.stop().then(() => process.exit(0));
});
process.send?.("runs");
