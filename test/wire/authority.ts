/** A certificate authority made anew for each run, which issues what a test asks for. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./certificate.ts";

export interface IssueOptions {
  /** subjectAltName as OpenSSL writes it: `IP:127.0.0.1`. */
  readonly names: string;
  /** How long it is valid; negative for one that has expired. */
  readonly days: number;
}

export interface Authority {
  /** PEM. */
  readonly cert: string;
  readonly issue: (options: IssueOptions) => Certificate;
  readonly close: () => void;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

function openssl(folder: string, args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-authority-"));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const own = ["-days", "1", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem"];
  openssl(folder, ["req", "-x509", ...KEY, ...own]);
  return {
    cert: read("ca.pem"),
    issue: ({ names, days }) => {
      const subject = ["-subj", "/CN=receiver", "-addext", `subjectAltName=${names}`];
      openssl(folder, ["req", ...KEY, ...subject, "-keyout", "key.pem", "-out", "request.pem"]);
      const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-days", String(days)];
      const what = ["-in", "request.pem", "-copy_extensions", "copy", "-out", "cert.pem"];
      openssl(folder, ["x509", "-req", ...what, ...by]);
      return { key: read("key.pem"), cert: read("cert.pem") };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
