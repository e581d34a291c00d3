import type { ViteUserConfig } from "vitest/config";
import usual from "./vitest.config.ts";

/** Tests against real engines: one file at a time, because each engine wants the machine for itself. */
const config: ViteUserConfig = {
  test: {
    ...usual.test,
    include: ["test/engine/{opensearch,otelcol-hec,syslog}.test.ts", "test/engine/kafka-*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
  },
};

export default config;
