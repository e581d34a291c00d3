/** Messages about records of gateways and clouds. Codes S76x. */
import type { Definition } from "../diagnostic.ts";

export const badAdapter: Definition<{ detail: string }> = {
  code: "S760",
  name: "bad-adapter",
  severity: "error",
  explanation:
    "A mapping table says which audit events a record of a product becomes: which paths give which fields by which transform, when an event arises, what may be copied to labels and what is left out for which reason.",
  wording: ({ detail }) => ({
    message: `The mapping table is wrong: ${detail}`,
    help: "Compare with adapters/litellm.yaml, which uses every construct.",
  }),
};

export const notGatewayRecord: Definition<{ product: string; detail: string }> = {
  code: "S761",
  name: "not-a-record",
  severity: "error",
  explanation:
    "The source's format says which product wrote the records. This one is no record of it, or lacks what every event needs: a time, and the members that tell the record from others. It is kept in the reject file; the records around it are not affected.",
  wording: ({ product, detail }) => ({
    message: `This is no record of ${product}: ${detail}`,
    help: "Check the format of the source, and route only this product's records there.",
  }),
};

export const badCsvRow: Definition<{ detail: string }> = {
  code: "S762",
  name: "bad-csv-row",
  severity: "error",
  explanation:
    "A row of a CSV export breaks RFC 4180, or has another number of cells than the header. Its cells cannot be told apart, so it is kept in the reject file as it is.",
  wording: ({ detail }) => ({
    message: `The CSV row cannot be read: ${detail}`,
    help: "Export again, and do not open and save the file with a spreadsheet program before it is read.",
  }),
};

export const noCsvHeader: Definition<Record<never, never>> = {
  code: "S763",
  name: "no-csv-header",
  severity: "error",
  explanation:
    "Columns of a CSV export are known by its first row. This row came before one that names created_at and event, so what its cells mean would be a guess.",
  wording: () => ({
    message: "No header row came before this row",
    help: "Let the file begin with the header row as it was exported.",
  }),
};
