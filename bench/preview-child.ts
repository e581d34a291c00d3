/** Runs a command line and tells its parent what it took of the machine. */
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.send?.({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssMb: maxRSS / 1000 });
});

await import("../src/cli/main.ts");
