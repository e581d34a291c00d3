import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorFinding } from "../../src/connector/doctor/check.ts";
import { KEYS } from "../sink/elasticsearch/open.ts";
import type { FakeElasticsearch } from "../wire/fake-elasticsearch.ts";
import { ElasticSite } from "./elastic-site.ts";

let site: ElasticSite;
let fake: FakeElasticsearch;

beforeEach(async () => {
  site = await ElasticSite.open();
  fake = site.fake;
  site.configureElastic(
    ", reader_api_key: {env: ES_READER}",
    "  - {name: archive, kind: file, folder: archive}\n",
  );
});

afterEach(() => site.close());

interface Report {
  readonly ok: boolean;
  readonly findings: readonly DoctorFinding[];
}

describe("claude-siem doctor", () => {
  it("sends a test event through every sink and finds it again", async () => {
    const { exit, stdout } = await site.run("doctor", "--send-test", "--format", "json");
    const { ok, findings } = JSON.parse(stdout) as Report;
    const found = findings.filter(({ what }) => what.includes("was found again"));
    expect(found.map(({ about }) => about)).toEqual(["sink elastic", "sink archive"]);
    expect(exit).toBe(ok ? 0 : 1);
    expect(fake.documents("logs-claude.session-default")).toHaveLength(1);
    expect(fake.eventIds()).toEqual([expect.stringMatching(/^7e57e4e7-/)]);
    for (const secret of Object.values(KEYS)) expect(stdout).not.toContain(secret);
  });

  it("sends through a store that one process may open at a time", async () => {
    site.configure("  - {name: siem, kind: embedded}\n");
    const connector = await site.start();
    await connector.caughtUp();
    await site.stop();
    const { stdout } = await site.run("doctor", "--send-test");
    expect(stdout).toMatch(/✓ sink siem /);
    expect(stdout).toContain("the test event was found again");
    expect(stdout).not.toMatch(/in use/);
  });

  it("is no stranger to reconcile afterwards", async () => {
    await site.run("doctor", "--send-test");
    const words = ["--sink", "elastic", "--since", "1h", "--until", "0s"];
    const { exit, stdout } = await site.run("reconcile", ...words);
    expect(stdout).toContain("Everything is there. 0 events expected, 1 held.");
    expect(stdout).toContain("1 test event of `claude-siem doctor`.");
    expect(exit).toBe(0);
  });

  it("warns of a writer that may read and delete, and of a key that is refused", async () => {
    fake.grant(`ApiKey ${KEYS.ES_WRITER}`, {
      index: ["all", "read", "delete"],
      cluster: ["monitor"],
    });
    const strong = await site.run("doctor");
    expect(strong.exit).toBe(1);
    expect(strong.stdout).toMatch(/sink elastic .*\n/);
    expect(strong.stdout).toMatch(/\n[!✗] {2,}.*(may|read|delete)/);
    fake.revoke(`ApiKey ${KEYS.ES_WRITER}`);
    const refused = await site.run("doctor");
    expect(refused.stdout).toMatch(/✗ sink elastic .*401/);
    expect(refused.stdout).toMatch(/→ /);
    expect(refused.exit).toBe(1);
  });

  it("tells another sink's findings while one hangs", async () => {
    await fake.inject({ kind: "hang" });
    const { exit, stdout } = await site.run("doctor", "--timeout", "300ms");
    expect(stdout).toMatch(/✗ sink elastic +it did not answer within 1 s/);
    expect(stdout).toMatch(/✓ sink archive +.* can be written/);
    expect(exit).toBe(1);
  });

  it("tries the addresses of receivers while no connector has them", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const receivers = `  - {name: hooks, kind: http, listen: "127.0.0.1:${port}"}\n  - {name: logs, kind: http, listen: "127.0.0.1:0"}\n`;
    const archive = "  - {name: archive, kind: file, folder: archive}\n";
    site.configure(archive, "server: {enabled: false}\n", receivers);
    const { stdout } = await site.run("doctor");
    expect(stdout).toMatch(/✗ source hooks +cannot listen at 127\.0\.0\.1/);
    expect(stdout).toMatch(/✓ source logs +can listen at 127\.0\.0\.1:[1-9]/);
    await site.start();
    const beside = await site.run("doctor", "--send-test");
    expect(beside.stdout).toMatch(/✓ source hooks +can be opened/);
    expect(beside.stdout).toContain("the connector that runs writes these files alone");
    taken.close();
  });
});
