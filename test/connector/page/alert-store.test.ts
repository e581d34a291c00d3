import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { newestAlerts } from "../../../src/connector/page/alert-store.ts";
import { Store } from "../../../src/engine/store.ts";

it("a rule that fires without end hides no alert of another", async () => {
  const opened = await Store.open({ temporaryFolder: tmpdir(), threads: 1 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  const store = opened.value;
  await store.query(`CREATE TABLE alert AS
SELECT 'a' || i AS alert_id, CASE i WHEN 3 THEN 'quiet' ELSE 'loud' END AS rule, i AS ts,
  '{"alert_id":"a' || i || '"}' AS body, i <> 99 AS told
FROM range(100) AS one(i)`);
  const ids = async (count: number) =>
    (await newestAlerts(store, count)).map(({ alert_id }) => alert_id);
  expect(await ids(3)).toEqual(["a98", "a97", "a3"]);
  expect(await ids(1)).toEqual(["a98"]);
  expect(await ids(1000)).toHaveLength(99);
  await store.close();
});
