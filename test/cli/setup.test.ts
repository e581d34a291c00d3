import { afterEach, beforeEach, expect, it } from "vitest";
import { ElasticSite } from "./elastic-site.ts";

let site: ElasticSite;

beforeEach(async () => {
  site = await ElasticSite.empty();
});

afterEach(() => site.close());

it("creates what is missing, and finds it there the second time", async () => {
  site.configureElastic(", setup_api_key: {env: ES_SETUP}");
  const first = await site.run("setup", "--sink", "elastic");
  expect(first.stdout).toContain("created");
  expect(first.exit).toBe(0);
  const second = await site.run("setup", "--sink", "elastic", "--format", "json");
  expect(second.stdout).toContain("unchanged");
  expect(second.stdout).not.toContain("created");
  expect(second.exit).toBe(0);
});

it("says which credential is missing", async () => {
  site.configureElastic();
  const { exit, stdout } = await site.run("setup", "--sink", "elastic");
  expect(stdout).toContain("no key for set-up is configured");
  expect(stdout).toContain("setup_api_key");
  expect(exit).toBe(3);
});

it("says that a kind has nothing to set up", async () => {
  site.configure("  - {name: archive, kind: file, folder: archive}\n");
  const { exit, stderr } = await site.run("setup", "--sink", "archive");
  expect(stderr).toContain("U928");
  expect(exit).toBe(3);
});
