/** The lookup index of clearances, for rules that join it (Elasticsearch 8.18 and later). */

/** An index of mode `lookup` has one shard and is joined as a whole. */
export function clearanceIndex(): object {
  return {
    settings: { index: { mode: "lookup" } },
    mappings: {
      dynamic: "strict",
      properties: {
        user: { properties: { hash: { type: "keyword" } } },
        listed_clearance: { type: "keyword" },
      },
    },
  };
}

/** A pseudonym that no user has: it only shows the form. */
const EXAMPLE_USER: string = "0".repeat(64);

/** A body for the bulk API; the document id is the user, so that loading again replaces. */
export function exampleClearances(): string {
  const lines = [
    { index: { _id: EXAMPLE_USER } },
    { user: { hash: EXAMPLE_USER }, listed_clearance: "restricted" },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
