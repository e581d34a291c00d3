/**
 * The gallery JSON of Azure Workbooks, as far as this product writes it. Names and numbers come from
 * the public schema and the workbooks of the repository microsoft/Application-Insights-Workbooks
 * (schema/workbook.json, Documentation/) and from learn.microsoft.com/azure/azure-monitor/visualize.
 * No key is ever written with null or an empty list, which deployments of Sentinel content trip over.
 */

/** Renderers of columns and of the parts of tiles. */
export const FORMATTER = {
  automatic: 0,
  text: 1,
  bar: 3,
  hidden: 5,
  dateTime: 6,
  heatMap: 8,
  bigNumber: 12,
  thresholds: 18,
} as const;

/** Heights of query items. */
export const SIZE = { medium: 0, small: 1, tiny: 4 } as const;

/** Types of parameters. */
export const PARAMETER = { text: 1, dropDown: 2, timeRange: 4 } as const;

/** How a number is written; `options` are those of the browser's `Intl.NumberFormat`. */
export interface NumberFormat {
  /** 0: as it is; 23: milliseconds, in the unit that fits. */
  readonly unit: 0 | 23;
  readonly options: {
    readonly style: "decimal" | "percent" | "currency";
    readonly currency?: "USD";
    readonly useGrouping: true;
    readonly minimumFractionDigits?: number;
    readonly maximumFractionDigits?: number;
  };
  /** Shown where there is no number. */
  readonly emptyValCustomText?: string;
}

/** One line of a thresholds renderer: the first that matches colours the cell. */
export interface Threshold {
  readonly operator: "==" | "Default";
  readonly thresholdValue?: string;
  readonly representation: string;
  /** `{0}` is the value, `{1}` its unit. */
  readonly text: "{0}{1}";
}

/** How a column, or the part of a tile that shows it, is drawn. */
export interface Formatter {
  /** Name of the column, or a regular expression for the names of several. */
  readonly columnMatch: string;
  readonly formatter: number;
  readonly formatOptions?: {
    readonly min?: number;
    readonly palette?: string;
    readonly thresholdsOptions?: "colors" | "icons";
    readonly thresholdsGrid?: readonly Threshold[];
  };
  readonly numberFormat?: NumberFormat;
  readonly dateFormat?: { readonly showUtcTime: true; readonly formatName: string };
}

export interface GridSettings {
  readonly formatters: readonly Formatter[];
  readonly rowLimit: number;
  /** Whether there is a box to search the rows. */
  readonly filter?: true;
  readonly labelSettings: readonly { readonly columnId: string; readonly label: string }[];
}

export interface ChartSettings {
  readonly xAxis?: string;
  readonly yAxis: readonly string[];
  readonly group?: string;
  /** Series beyond so many are merged. */
  readonly createOtherGroup?: number;
  readonly showLegend?: true;
  readonly showMetrics?: boolean;
  readonly seriesLabelSettings?: readonly {
    readonly seriesName: string;
    readonly label?: string;
    readonly color?: string;
  }[];
  readonly ySettings?: {
    readonly numberFormatSettings: NumberFormat;
    readonly min?: number;
    readonly max?: number;
    readonly label?: string;
  };
}

export interface TileSettings {
  readonly leftContent: Formatter;
  readonly secondaryContent?: Formatter;
  readonly showBorder: boolean;
  readonly size: "auto" | "full";
}

/** What an item needs to be seen: a parameter that is set. */
export interface Visibility {
  readonly parameterName: string;
  readonly comparison: "isNotEqualTo";
}

/** A parameter that a click on a row, a point or a tile sets. */
export interface ExportedParameter {
  /** The column; empty: all of what was clicked, as JSON. */
  readonly fieldName: string;
  readonly parameterName: string;
  readonly parameterType: typeof PARAMETER.text;
}

/** A query over the workspace that the workbook belongs to. */
export interface QueryContent {
  readonly version: "KqlItem/1.0";
  readonly query: string;
  readonly size: number;
  readonly title: string;
  readonly noDataMessage: string;
  /** Absent with `timeContextFromParameter` where the query bounds its time itself. */
  readonly timeContext?: { readonly durationMs: 0 };
  readonly timeContextFromParameter?: string;
  readonly timeBrushParameterName?: string;
  readonly exportedParameters?: readonly ExportedParameter[];
  readonly showExportToExcel?: true;
  readonly queryType: 0;
  readonly resourceType: typeof WORKSPACE_TYPE;
  readonly visualization: "tiles" | "timechart" | "barchart" | "piechart" | "table";
  readonly gridSettings?: GridSettings;
  readonly chartSettings?: ChartSettings;
  readonly tileSettings?: TileSettings;
}

/** A choice above everything that depends on it. */
export interface Parameter {
  readonly id: string;
  readonly version: "KqlParameterItem/1.0";
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  readonly type: number;
  readonly isRequired?: true;
  readonly isHiddenWhenLocked?: true;
  readonly value?: string | { readonly durationMs: number } | readonly string[];
  readonly multiSelect?: true;
  readonly quote?: string;
  readonly delimiter?: string;
  readonly query?: string;
  readonly queryType?: 0;
  readonly resourceType?: typeof WORKSPACE_TYPE;
  readonly timeContext?: { readonly durationMs: 0 };
  readonly timeContextFromParameter?: string;
  readonly typeSettings?: {
    readonly additionalResourceOptions?: readonly string[];
    readonly selectAllValue?: string;
    readonly showDefault?: false;
    readonly selectableValues?: readonly { readonly durationMs: number }[];
    readonly allowCustom?: true;
  };
  readonly criteriaData?: readonly {
    readonly criteriaContext: {
      readonly operator: "Default";
      readonly resultValType: "static";
      readonly resultVal: string;
    };
  }[];
}

interface Placed {
  readonly name: string;
  /** Percent of the row, without the sign. */
  readonly customWidth?: string;
  readonly conditionalVisibility?: Visibility;
}

export interface MarkdownItem extends Placed {
  readonly type: 1;
  readonly content: { readonly json: string; readonly style?: "info" };
}

export interface QueryItem extends Placed {
  readonly type: 3;
  readonly content: QueryContent;
}

export interface ParametersItem extends Placed {
  readonly type: 9;
  readonly content: {
    readonly version: "KqlParameterItem/1.0";
    readonly parameters: readonly Parameter[];
    readonly style: "pills";
    readonly queryType: 0;
    readonly resourceType: typeof WORKSPACE_TYPE;
  };
}

export interface GroupItem extends Placed {
  readonly type: 12;
  readonly content: {
    readonly version: "NotebookGroup/1.0";
    readonly groupType: "editable";
    readonly title?: string;
    /** Whether what is clicked inside is known outside. */
    readonly exportParameters?: true;
    readonly items: readonly Item[];
  };
}

export type Item = MarkdownItem | QueryItem | ParametersItem | GroupItem;

export interface Workbook {
  readonly version: "Notebook/1.0";
  readonly items: readonly Item[];
  readonly fromTemplateId: string;
  readonly $schema: typeof WORKBOOK_SCHEMA;
}

export const WORKSPACE_TYPE = "microsoft.operationalinsights/workspaces";

export const WORKBOOK_SCHEMA =
  "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json";

/** Text of the document. */
export function renderWorkbookJson(workbook: Workbook): string {
  return `${JSON.stringify(workbook, null, 2)}\n`;
}
