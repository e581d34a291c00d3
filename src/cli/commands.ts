/** The commands by name, each loaded only when it is called. */
import type { Command } from "./command.ts";

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import("./demo.ts")).demo,
  run: async () => (await import("./run.ts")).runConnector,
  init: async () => (await import("./init.ts")).init,
  normalize: async () => (await import("./normalize.ts")).normalize,
  detect: async () => (await import("./detect.ts")).detect,
  check: async () => (await import("./check.ts")).check,
  test: async () => (await import("./test.ts")).test,
  build: async () => (await import("./build.ts")).build,
  preview: async () => (await import("./preview.ts")).preview,
  filter: async () => (await import("./filter.ts")).filter,
  journal: async () => (await import("./journal.ts")).journal,
  reconcile: async () => (await import("./reconcile.ts")).reconcileCommand,
  setup: async () => (await import("./setup.ts")).setup,
  doctor: async () => (await import("./doctor.ts")).doctor,
  backtest: async () => (await import("./backtest.ts")).backtest,
  diff: async () => (await import("./diff.ts")).diff,
  lookup: async () => (await import("./lookup.ts")).lookup,
  rollup: async () => (await import("./rollup.ts")).rollup,
  hook: async () => (await import("./hook.ts")).hook,
  explain: async () => (await import("./explain.ts")).explain,
};

export const commandNames: readonly string[] = Object.keys(commands);
