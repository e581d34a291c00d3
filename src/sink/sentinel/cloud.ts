/**
 * The clouds of Azure: who issues tokens, for whom, and where workspaces are queried. Hosts of one
 * cloud refuse tokens of another.
 */

export type CloudName = "public" | "usgov" | "china";

export const cloudNames: readonly CloudName[] = ["public", "usgov", "china"];

export interface Cloud {
  /** Where Microsoft Entra ID issues tokens. */
  readonly authorityHost: string;
  /** Audience of tokens for the Logs Ingestion API. */
  readonly ingestionAudience: string;
  /** Hosts of ingestion endpoints end with this. */
  readonly ingestionSuffix: string;
  /** The Log Analytics query API, and the scope of tokens for it. */
  readonly queryEndpoint: string;
  readonly queryScope: string;
}

/**
 * From "Logs Ingestion API in Azure Monitor" (audiences), "Access the Azure Monitor Log Analytics API"
 * and the constants of `@azure/identity` and `@azure/monitor-query-logs`.
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  public: {
    authorityHost: "https://login.microsoftonline.com",
    ingestionAudience: "https://monitor.azure.com",
    ingestionSuffix: ".ingest.monitor.azure.com",
    queryEndpoint: "https://api.loganalytics.azure.com",
    queryScope: "https://api.loganalytics.io/.default",
  },
  usgov: {
    authorityHost: "https://login.microsoftonline.us",
    ingestionAudience: "https://monitor.azure.us",
    ingestionSuffix: ".ingest.monitor.azure.us",
    queryEndpoint: "https://api.loganalytics.us",
    queryScope: "https://api.loganalytics.us/.default",
  },
  china: {
    authorityHost: "https://login.chinacloudapi.cn",
    ingestionAudience: "https://monitor.azure.cn",
    ingestionSuffix: ".ingest.monitor.azure.cn",
    queryEndpoint: "https://api.loganalytics.azure.cn",
    queryScope: "https://api.loganalytics.azure.cn/.default",
  },
};
