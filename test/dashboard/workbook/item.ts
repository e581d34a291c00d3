/** The parts of a workbook that tests look at, in the order of the page. */
import type {
  Item,
  Parameter,
  QueryItem,
  Workbook,
} from "../../../src/dashboard/workbook/document.ts";

/** Every item, groups before what they hold. */
export function itemsOf(items: readonly Item[]): readonly Item[] {
  return items.flatMap((item) => [item, ...(item.type === 12 ? itemsOf(item.content.items) : [])]);
}

export function queriesOf(workbook: Workbook): readonly QueryItem[] {
  return itemsOf(workbook.items).filter((item) => item.type === 3);
}

export function parametersOf(workbook: Workbook): readonly Parameter[] {
  return itemsOf(workbook.items).flatMap((item) =>
    item.type === 9 ? item.content.parameters : [],
  );
}

/** The query item of a panel, or the one with the events behind it. */
export function queryOf(workbook: Workbook, name: string): QueryItem {
  const found = queriesOf(workbook).find((item) => item.name === name);
  if (found === undefined) throw new Error(`no query item ${name}`);
  return found;
}
