import { describe, expect, it } from "vitest";
import { departmentOf } from "../../../src/source/compliance-feed/directory.ts";
import { eventOf, MINUTE_MS, Stage } from "./stage.ts";

const acme = "91012d09-e48b-438e-a489-1bebfd8fa6f9";

function withDirectory(stage: Stage): Stage {
  stage.service.directory = {
    organizations: [
      { uuid: acme, name: "Acme Engineering" },
      { uuid: "5a1b2c3d-4e5f-6789-abcd-ef0123456789", name: "Acme Legal" },
      { uuid: "00000000-0000-0000-0000-000000000000", name: "Empty" },
    ],
    users: {
      [acme]: [
        { id: "user_01A", full_name: "Ann", email: "Ann@example.com", organization_role: "admin" },
        { id: "user_01B", full_name: "Bob", email: "bob@example.com", organization_role: "user" },
        { id: "user_01C", full_name: "Cy", email: "cy@example.com", organization_role: "user" },
      ],
      "5a1b2c3d-4e5f-6789-abcd-ef0123456789": [
        { id: "user_01A", email: "ann@example.com", organization_role: "billing" },
      ],
    },
    groups: [
      { id: "rbac_group_1", name: "dept-finance", source_type: "scim" },
      { id: "rbac_group_2", name: "dept-engineering", source_type: "scim" },
      { id: "rbac_group_3", name: "friends", source_type: "direct" },
    ],
    members: {
      rbac_group_1: [{ user_id: "user_01A", email: "ann@example.com" }],
      rbac_group_2: [{ user_id: "user_01A" }, { user_id: "user_01B" }, { user_id: "user_01D" }],
      rbac_group_3: [{ user_id: "user_01C" }],
    },
  };
  for (const id of ["A", "B", "C", "D", "E"])
    stage.service.happen({ actor: { type: "user_actor", user_id: `user_01${id}` } });
  const actor = {
    type: "unauthenticated_user_actor",
    unauthenticated_email_address: "ANN@example.com",
  };
  stage.service.happen({ type: "sso_login_failed", actor });
  return stage;
}

const settings = "directory: {enabled: true, department_prefix: dept-}";

describe("the directory of the organization", () => {
  it("gives activities department and role, and one identity to a person", async () => {
    const stage = withDirectory(new Stage());
    const { taken, warnings } = await stage.run(settings, MINUTE_MS);
    expect(warnings).toEqual([]);
    const seen = taken.map((record) => {
      const { department, labels } = eventOf(record);
      const identity = "identity" in record ? record.identity : undefined;
      return [identity, department, (labels as Record<string, string>)["organization_role"]];
    });
    expect(seen).toEqual([
      ["user_01A", "engineering", "admin"],
      ["user_01B", "engineering", "user"],
      ["user_01C", "unknown", "user"],
      ["user_01D", "engineering", undefined],
      ["user_01E", "unknown", undefined],
      ["user_01A", "engineering", "admin"],
    ]);
  });

  it("is not asked for when it is off", async () => {
    const stage = withDirectory(new Stage());
    await stage.run("", MINUTE_MS);
    expect(stage.service.asked.every(({ path }) => path === "/v1/compliance/activities")).toBe(
      true,
    );
  });

  it("is read again, and what was read before stays in force when that fails", async () => {
    const stage = withDirectory(new Stage());
    const later = stage.nowMs + 12 * MINUTE_MS;
    stage.at(later - MINUTE_MS, () => {
      stage.service.scopes = ["read:compliance_activities"];
    });
    stage.at(later + 5 * MINUTE_MS, () => {
      stage.service.happen({ actor: { type: "user_actor", user_id: "user_01B" } });
    });
    const run = await stage.run(
      "directory: {enabled: true, every: 10m, department_prefix: dept-}",
      40 * MINUTE_MS,
    );
    const [last] = run.taken.slice(-1);
    expect(last && eventOf(last)).toMatchObject({ department: "engineering" });
    expect(run.warnings.join()).toContain("read:compliance_org_data");
    expect(run.source.notes?.()).toContainEqual(
      expect.objectContaining({ what: "directory_failures" }),
    );
  });

  it("follows no id that would lead a request elsewhere", async () => {
    const stage = withDirectory(new Stage());
    const groups = [{ id: "../activities", name: "dept-x", source_type: "scim" }];
    stage.service.directory = {
      ...stage.service.directory,
      groups,
      organizations: [{ uuid: ".." }],
    };
    await stage.run(settings, MINUTE_MS);
    expect([...new Set(stage.service.asked.map(({ path }) => path))].toSorted()).toEqual([
      "/v1/compliance/activities",
      "/v1/compliance/groups",
      "/v1/compliance/organizations",
    ]);
  });

  it("does not keep the feed from being read", async () => {
    const stage = withDirectory(new Stage());
    stage.service.scopes = ["read:compliance_activities"];
    const { taken, warnings } = await stage.run(settings, MINUTE_MS);
    expect(taken.length).toBe(6);
    expect(warnings.length).toBe(1);
  });

  it("takes groups for departments by prefix, or those that a directory synchronises", () => {
    const group = (name: string, source_type = "scim") => ({ name, source_type });
    expect(departmentOf(group("dept-finance"), "dept-")).toBe("finance");
    expect(departmentOf(group("dept-"), "dept-")).toBeUndefined();
    expect(departmentOf(group("finance"), "dept-")).toBeUndefined();
    expect(departmentOf(group("finance"), undefined)).toBe("finance");
    expect(departmentOf(group("finance", "direct"), undefined)).toBeUndefined();
    expect(departmentOf({}, undefined)).toBeUndefined();
  });
});
