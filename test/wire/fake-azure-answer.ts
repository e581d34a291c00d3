/** The forms of answers of Azure's services. */
import type { FakeResponse } from "./fake-server.ts";

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): FakeResponse {
  const type = { "content-type": "application/json; charset=utf-8" };
  const date = { date: new Date().toUTCString() };
  return { status, headers: { ...date, ...type, ...headers }, body: JSON.stringify(body) };
}

export function serviceError(status: number, code: string, message: string): FakeResponse {
  return json(status, { error: { code, message } });
}

export function entraError(
  status: number,
  error: string,
  code: number,
  message: string,
): FakeResponse {
  const error_description = `AADSTS${code}: ${message} Trace ID: 0 Timestamp: 2026-03-02 09:30:00Z`;
  return json(status, { error, error_description, error_codes: [code] });
}
