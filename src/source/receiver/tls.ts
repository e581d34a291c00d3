/** Certificates of a receiver: as settings, as options of Node, and fresh while the connector runs. */
import { readFileSync, statSync } from "node:fs";
import type { TlsOptions } from "node:tls";
import type { OptionTable, SettingConflict } from "../../config/option.ts";
import { optionalPath } from "../../config/path.ts";

export interface TlsSettings {
  /** PEM files. */
  readonly tls_cert_file: string | undefined;
  readonly tls_key_file: string | undefined;
  /** PEM file of authorities whose clients may connect; without it no certificate is asked for. */
  readonly client_ca_file: string | undefined;
}

export const tlsOptions: OptionTable<TlsSettings> = {
  tls_cert_file: optionalPath({
    doc: "Certificate chain of this receiver, PEM. With it and the key, TLS 1.2 or later is spoken. A renewed file takes effect within a minute.",
    example: "/etc/claude-siem/tls.crt",
  }),
  tls_key_file: optionalPath({
    doc: "Private key of the certificate, PEM, readable by the connector alone.",
    example: "/etc/claude-siem/tls.key",
  }),
  client_ca_file: optionalPath({
    doc: "Authorities, PEM, one of which must have signed the certificate of a sender (mutual TLS).",
    example: "/etc/claude-siem/senders-ca.crt",
  }),
};

/** Whether TLS is spoken. */
export function speaksTls(settings: TlsSettings): boolean {
  return settings.tls_cert_file !== undefined && settings.tls_key_file !== undefined;
}

/** Files that are useless without each other. */
export function tlsConflicts(settings: TlsSettings): readonly SettingConflict[] {
  const { tls_cert_file: cert, tls_key_file: key, client_ca_file: ca } = settings;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] =
      cert === undefined
        ? (["tls_key_file", "tls_cert_file"] as const)
        : (["tls_cert_file", "tls_key_file"] as const);
    return [
      {
        key: given,
        problem: `${missing} is missing, and TLS needs both`,
        instruction: `Set ${missing} too.`,
      },
    ];
  }
  if (ca === undefined || cert !== undefined) return [];
  return [
    {
      key: "client_ca_file",
      problem: "certificates of senders are checked only where TLS is spoken",
      instruction: "Set tls_cert_file and tls_key_file too.",
    },
  ];
}

function readPem(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the ${what} cannot be read (${reason}); mend the path or its permissions`, {
      cause,
    });
  }
}

/** Options of a TLS server. Throws with what to do when a file is missing. */
export function loadTls(settings: TlsSettings): TlsOptions {
  const { tls_cert_file: cert, tls_key_file: key, client_ca_file: ca } = settings;
  if (cert === undefined || key === undefined) throw new Error("TLS needs a certificate and a key");
  return {
    cert: readPem(cert, "certificate"),
    key: readPem(key, "key of the certificate"),
    minVersion: "TLSv1.2",
    handshakeTimeout: 10_000,
    ...(ca !== undefined && {
      ca: readPem(ca, "file of authorities of senders"),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  };
}

/** When the files were last written, as one text. */
function versionOf(settings: TlsSettings): string {
  return [settings.tls_cert_file, settings.tls_key_file, settings.client_ca_file]
    .filter((path) => path !== undefined)
    .map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? "missing")
    .join();
}

interface Renewable {
  readonly setSecureContext: (options: TlsOptions) => void;
}

/**
 * Takes renewed certificates for new connections. Files that do not fit together yet, because only one
 * of them was written, leave what is in use.
 *
 * @returns What ends it.
 */
export function keepTlsFresh(
  server: Renewable,
  settings: TlsSettings,
  warn: (message: string) => void,
  everyMs = 60_000,
): () => void {
  let version = versionOf(settings);
  const look = () => {
    const now = versionOf(settings);
    if (now === version) return;
    version = now;
    try {
      server.setSecureContext(loadTls(settings));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      warn(`the renewed certificate is not usable (${reason}); the one before stays in use`);
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
