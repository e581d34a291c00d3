/** Alerts as the store keeps them. */
import type { EventTable } from "../../engine/event-reader.ts";
import type { LiveAlert } from "../../engine/live-detection.ts";

const ALERT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text can be the id of an alert. */
export function isAlertId(text: string): boolean {
  return ALERT_ID.test(text);
}

function toAlert(row: Readonly<Record<string, unknown>>): LiveAlert {
  return JSON.parse(String(row["body"])) as LiveAlert;
}

/**
 * The newest alerts, newest first. Where there are more than `count`, every rule has its newest ones
 * among them: a rule that fires without end hides no alert of another.
 */
export async function newestAlerts(
  table: EventTable,
  count: number,
): Promise<readonly LiveAlert[]> {
  const rows = await table.query(
    `SELECT body FROM (
  SELECT body, ts, alert_id,
    row_number() OVER (PARTITION BY rule ORDER BY ts DESC, alert_id) AS turn
  FROM alert
  WHERE told
  ORDER BY turn, ts DESC, alert_id
  LIMIT ${count}
)
ORDER BY ts DESC, alert_id`,
  );
  return rows.map(toAlert);
}

/** One alert; `undefined` when there is none with this id. */
export async function findAlert(
  table: EventTable,
  alertId: string,
): Promise<LiveAlert | undefined> {
  if (!isAlertId(alertId)) return undefined;
  const [row] = await table.query(
    `SELECT body FROM alert WHERE told AND alert_id = '${alertId}' LIMIT 1`,
  );
  return row && toAlert(row);
}
