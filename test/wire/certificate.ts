/** A certificate nobody trusts, made anew for each run: no key lies in the repository. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate for 127.0.0.1 and localhost, valid for a day. */
export function selfSigned(subject = "localhost"): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-tls-"));
  try {
    const key = join(folder, "key.pem");
    const cert = join(folder, "cert.pem");
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", ...curve, "-nodes", "-days", "1", "-subj", `/CN=${subject}`],
        ...["-addext", names, "-keyout", key, "-out", cert],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
