/** Real syslog receivers as processes of a test, each on a free port of loopback, writing to a file. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "../wire/certificate.ts";

export interface RealReceiver {
  readonly port: number;
  /** File of the receiver's certificate authority, when it speaks TLS. */
  readonly caFile: string;
  /** Free parts of the messages that have arrived. */
  readonly texts: () => readonly string[];
  /** Kills it with SIGKILL and starts it again at the same port, with the same output. */
  readonly killAndRestart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ReceiverProgram {
  readonly name: string;
  readonly isInstalled: boolean;
  readonly start: (tls?: Certificate) => Promise<RealReceiver>;
}

interface Files {
  readonly folder: string;
  readonly output: string;
  readonly port: number;
  readonly tls: boolean;
}

function isCommand(path: string, ...args: readonly string[]): boolean {
  return spawnSync(path, args, { stdio: "ignore" }).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Resolves when the process is gone; one that ignores the signal is killed. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(timer);
}

async function run(
  command: (files: Files) => readonly [string, ...string[]],
  tls: Certificate | undefined,
): Promise<RealReceiver> {
  const folder = mkdtempSync(join(tmpdir(), "claude-siem-receiver-"));
  const output = join(folder, "out.log");
  const port = await freePort();
  writeFileSync(output, "");
  if (tls !== undefined) {
    writeFileSync(join(folder, "cert.pem"), tls.cert);
    writeFileSync(join(folder, "key.pem"), tls.key, { mode: 0o600 });
  }
  const [program, ...args] = command({ folder, output, port, tls: tls !== undefined });
  let told = "";
  const launch = async (): Promise<ChildProcess> => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (text: Buffer) => {
        told += text.toString();
      });
    for (let tries = 0; !(await answers(port)); tries += 1) {
      if (tries > 200 || child.exitCode !== null) {
        await end(child, "SIGKILL");
        throw new Error(`${program} did not start:\n${told}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return child;
  };
  let running = await launch();
  return {
    port,
    caFile: join(folder, "cert.pem"),
    texts: () => readFileSync(output, "utf8").split("\n").slice(0, -1),
    killAndRestart: async () => {
      await end(running, "SIGKILL");
      running = await launch();
    },
    stop: async () => {
      await end(running, "SIGTERM");
      rmSync(folder, { recursive: true });
    },
  };
}

const rsyslogd: ReceiverProgram = {
  name: "rsyslog",
  isInstalled: isCommand("rsyslogd", "-v"),
  start: (tls) =>
    run(({ folder, output, port, tls: secured }) => {
      const driver = `streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"`;
      const certificates = `defaultNetstreamDriverCAFile="${folder}/cert.pem" defaultNetstreamDriverCertFile="${folder}/cert.pem" defaultNetstreamDriverKeyFile="${folder}/key.pem"`;
      const configuration = `
global(workDirectory="${folder}" maxMessageSize="64k" ${secured ? certificates : ""})
module(load="imtcp" ${secured ? driver : ""})
template(name="text" type="string" string="%msg%\\n")
ruleset(name="out") { action(type="omfile" file="${output}" template="text") }
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="out")
`;
      const path = join(folder, "rsyslog.conf");
      writeFileSync(path, configuration);
      return ["rsyslogd", "-n", "-f", path, "-i", join(folder, "pid")];
    }, tls),
};

const syslogNg: ReceiverProgram = {
  name: "syslog-ng",
  isInstalled: isCommand("syslog-ng", "--version"),
  start: (tls) =>
    run(({ folder, output, port, tls: secured }) => {
      const files = `key-file("${folder}/key.pem") cert-file("${folder}/cert.pem") peer-verify(no)`;
      const transport = secured ? `transport("tls") tls(${files})` : `transport("tcp")`;
      const configuration = `@version: current
options { log-msg-size(65536); stats-freq(0); };
source in { syslog(ip("127.0.0.1") port(${port}) ${transport}); };
destination out { file("${output}" template("$MSG\\n")); };
log { source(in); destination(out); };
`;
      const path = join(folder, "syslog-ng.conf");
      writeFileSync(path, configuration);
      const state = ["-R", join(folder, "persist"), "-c", join(folder, "ctl")];
      return ["syslog-ng", "-F", "--no-caps", "-f", path, "-p", join(folder, "pid"), ...state];
    }, tls),
};

const collector = process.env["CLAUDE_SIEM_OTELCOL"] ?? "";

const otelCollector: ReceiverProgram = {
  name: "OpenTelemetry Collector",
  isInstalled: collector !== "" && isCommand(collector, "components"),
  start: (tls) =>
    run(({ folder, output, port, tls: secured }) => {
      const files = `\n      tls: {cert_file: ${folder}/cert.pem, key_file: ${folder}/key.pem}`;
      const configuration = `
receivers:
  syslog:
    protocol: rfc5424
    enable_octet_counting: true
    tcp:
      listen_address: 127.0.0.1:${port}${secured ? files : ""}
exporters:
  file: {path: ${output}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {receivers: [syslog], exporters: [file]}
`;
      const path = join(folder, "otelcol.yaml");
      writeFileSync(path, configuration);
      return [collector, "--config", path];
    }, tls).then((receiver) => ({
      ...receiver,
      texts: () => receiver.texts().flatMap(messagesOf),
    })),
};

/** Free parts of the messages in one line of the Collector's file exporter. */
function messagesOf(line: string): readonly string[] {
  const { resourceLogs } = JSON.parse(line) as {
    resourceLogs: {
      scopeLogs: {
        logRecords: { attributes: { key: string; value: { stringValue?: string } }[] }[];
      }[];
    }[];
  };
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .flatMap(({ attributes }) => attributes)
    .flatMap(({ key, value }) => (key === "message" ? [value.stringValue ?? ""] : []));
}

export const receiverPrograms: readonly ReceiverProgram[] = [rsyslogd, syslogNg, otelCollector];
