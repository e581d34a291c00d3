import { afterEach, beforeEach, expect, it } from "vitest";
import { KEYS } from "../sink/elasticsearch/open.ts";
import {
  type FakeElasticsearch,
  SETUP,
  startFakeElasticsearch,
  WRITER,
} from "../wire/fake-elasticsearch.ts";
import { Site } from "./site.ts";

let site: Site;
let fake: FakeElasticsearch;

beforeEach(async () => {
  site = new Site();
  fake = await startFakeElasticsearch();
  fake.grant(`ApiKey ${KEYS.ES_WRITER}`, WRITER);
  fake.grant(`ApiKey ${KEYS.ES_SETUP}`, SETUP);
  Object.assign(site.environment, KEYS);
});

afterEach(async () => {
  await site.close();
  await fake.close();
});

function configure(more: string): void {
  site.configure(
    `  - {name: elastic, kind: elasticsearch, nodes: ["${fake.url}"], allow_plain_http: true, api_key: {env: ES_WRITER}${more}}\n`,
  );
}

it("creates what is missing, and finds it there the second time", async () => {
  configure(", setup_api_key: {env: ES_SETUP}");
  const first = await site.run("setup", "--sink", "elastic");
  expect(first.stdout).toContain("created");
  expect(first.exit).toBe(0);
  const second = await site.run("setup", "--sink", "elastic", "--format", "json");
  expect(second.stdout).toContain("unchanged");
  expect(second.stdout).not.toContain("created");
  expect(second.exit).toBe(0);
});

it("says which credential is missing", async () => {
  configure("");
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
