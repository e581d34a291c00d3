import { beforeAll, describe, expect, it } from "vitest";
import { isWorking } from "../../src/enrich/business-hours.ts";
import { parseCalendar } from "../../src/enrich/calendar.ts";
import { parseClearances } from "../../src/enrich/clearance.ts";
import { parsePrices } from "../../src/enrich/price.ts";
import { createCompany, workingDay } from "../../src/sample/company.ts";
import {
  renderCalendar,
  renderClearances,
  renderPrices,
  type SampleContext,
  sampleContext,
} from "../../src/sample/context.ts";
import { generateSample } from "../../src/sample/generate.ts";

const options = { endsOn: "2026-11-20" };
let context: SampleContext;
beforeAll(() => {
  context = sampleContext(options);
});

describe("the sample's context files", () => {
  it("are read without a diagnostic", () => {
    expect(parseCalendar(renderCalendar(context), "calendar.yaml").diagnostics).toEqual([]);
    expect(parseClearances(renderClearances(context), "clearances.csv").diagnostics).toEqual([]);
    expect(parsePrices(renderPrices(context), "prices.yaml").diagnostics).toEqual([]);
  });

  it("list every user and department of the log, and no other", () => {
    const parsed = parseClearances(renderClearances(context), "clearances.csv");
    const users = parsed.ok ? parsed.value.users : new Map();
    const events = [...generateSample(options)];
    expect(new Set(events.map(({ user_id_hash }) => user_id_hash))).toEqual(new Set(users.keys()));
    for (const { user_id_hash = "", department } of events) {
      if (department !== "unknown") expect(users.get(user_id_hash)?.department).toBe(department);
    }
  });

  it("price every model of the log", () => {
    const parsed = parsePrices(renderPrices(context), "prices.yaml");
    const models = new Set([...generateSample(options)].map((event) => event.model_version));
    models.delete(undefined);
    expect(models.size).toBe(3);
    for (const model of models)
      expect(parsed.ok && parsed.value.rowsFor(model ?? "")).toHaveLength(1);
  });

  it("agree with the hours that people keep, through both changes of the clocks", () => {
    const parsed = parseCalendar(renderCalendar(context), "calendar.yaml");
    if (!parsed.ok) throw new Error("The calendar does not parse");
    // 2026-03-02 to 2026-11-20: the clocks change in March, and again in October and November.
    const [firstDay, lastDay] = [20_514, 20_777];
    let workingDays = 0;
    for (const user of createCompany("seed", 200).users) {
      const calendar = parsed.value.departments.get(user.department.name);
      if (calendar === undefined) throw new Error(`No calendar for ${user.department.name}`);
      for (let day = firstDay; day <= lastDay; day += 1) {
        const hours = workingDay(user, day);
        if (hours === undefined) continue;
        workingDays += 1;
        const opens = user.clock.instantMs(day, hours.opensMinute);
        const closes = user.clock.instantMs(day, hours.closesMinute);
        expect(isWorking(calendar, opens) && isWorking(calendar, closes - 1)).toBe(true);
        if (user.department.rota) continue;
        expect(isWorking(calendar, opens - 1) || isWorking(calendar, closes)).toBe(false);
      }
    }
    expect(workingDays).toBeGreaterThan(30_000);
  });
});
