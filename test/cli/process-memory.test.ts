import { describe, expect, it } from "vitest";
import { boundedStart, heapBoundMib } from "../../src/cli/process-memory.ts";

const facts = {
  execPath: "/usr/bin/node",
  execArgv: [],
  argv: ["/usr/bin/node", "/opt/main.js", "run", "--config", "a b.yaml"],
  environment: { PATH: "/bin", EMPTY: undefined },
};

describe("memory of a connector", () => {
  it("fits the buffers of its sinks", () => {
    const sink = (mib: number) => ({ delivery: { buffer_size: mib * 2 ** 20 } });
    expect(heapBoundMib({ sinks: [sink(8), sink(8), sink(8)] as never })).toBe(216);
    expect(heapBoundMib({ sinks: [sink(512)] as never })).toBeGreaterThan(1024);
    const embedded = { ...sink(8), kind: "embedded" };
    expect(heapBoundMib({ sinks: [embedded] as never })).toBe(264);
  });

  it("is bounded by starting over once, with the same arguments", () => {
    const start = boundedStart(facts, 216);
    expect(start?.args).toEqual([
      "/usr/bin/node",
      "--max-old-space-size=216",
      "--max-semi-space-size=8",
      "/opt/main.js",
      "run",
      "--config",
      "a b.yaml",
    ]);
    expect(start?.environment).toMatchObject({ PATH: "/bin", MALLOC_ARENA_MAX: "2" });
    expect(start?.environment).not.toHaveProperty("EMPTY");
    expect(boundedStart({ ...facts, environment: start?.environment ?? {} }, 216)).toBeUndefined();
  });

  it("leaves alone what somebody has set", () => {
    const start = boundedStart(
      {
        ...facts,
        execArgv: ["--max-old-space-size=4096"],
        environment: { MALLOC_ARENA_MAX: "8", NODE_OPTIONS: "--max-semi-space-size=32" },
      },
      216,
    );
    expect(start?.args.slice(0, 3)).toEqual([
      "/usr/bin/node",
      "--max-old-space-size=4096",
      "/opt/main.js",
    ]);
    expect(start?.environment["MALLOC_ARENA_MAX"]).toBe("8");
  });
});
