/**
 * The public API: everything another program may rely on. Names that are not exported here may change
 * without notice.
 *
 * @example
 * import { normalize, parseEventLine } from "claude-siem";
 * const parsed = parseEventLine(line, 1, { file: "stdin" });
 * if (parsed.ok) process.stdout.write(`${normalize(parsed.value, "elastic")}\n`);
 */
export { audited } from "./audit-log/anthropic/audited.ts";
export {
  type AuditLog,
  type AuditLogOptions,
  type AuditSession,
  createAuditLog,
  type QueuedCalls,
} from "./audit-log/audit-log.ts";
export type { AuditContext, ContextSource, Occurrence } from "./audit-log/field.ts";
export { auditedMcpClient } from "./audit-log/mcp/audited-mcp-client.ts";
export type { AuditFailure, AuditLogStatus } from "./audit-log/outlet.ts";
export type { Log } from "./connector/alarm.ts";
export { type ConnectorConfig, parseConnectorConfig } from "./connector/config.ts";
export type { Kinds } from "./connector/config-table.ts";
export { Connector } from "./connector/connector.ts";
export {
  type Configuration,
  ConfigurationError,
  type ConfigurationItem,
  type CreateOptions,
  createConnector,
} from "./connector/create-connector.ts";
export { StoppingError } from "./connector/disk-guard.ts";
export { type SinkEntry, type SourceEntry, sinkEntry, sourceEntry } from "./connector/kind.ts";
export { InvalidEventError } from "./connector/reception.ts";
export { kinds } from "./connector/registry.ts";
export type { ConnectorStatus } from "./connector/status.ts";
export { type StatusServer, startStatusServer } from "./connector/status-server.ts";
export { createIntake, type Intake, type IntakeOptions } from "./delivery/intake.ts";
export type { RecordOutcome } from "./delivery/outcome.ts";
export type {
  BatchLimits,
  CheckFinding,
  EncodedRecord,
  Inventory,
  JournaledEvent,
  Sink,
  SinkKind,
  SinkTools,
} from "./delivery/sink.ts";
export type { SinkStatus } from "./delivery/sink-status.ts";
export type { Diagnostic, Result, Span } from "./diagnostic/diagnostic.ts";
export { type DiagnosticFormat, renderDiagnostics } from "./diagnostic/render.ts";
export { compileRule } from "./dialect/compile.ts";
export { type Compiled, type RuleTarget, ruleTargets } from "./dialect/compiled.ts";
export { type DetectOptions, detect } from "./engine/detect.ts";
export { type LoadStat, Store, type StoredEvent, type StoreOptions } from "./engine/store.ts";
export { parseCalendar } from "./enrich/calendar.ts";
export { type ClassificationTable, parseClassification } from "./enrich/classify-table.ts";
export { parseClearances } from "./enrich/clearance.ts";
export { createEnricher, type Enricher, type EnrichOptions } from "./enrich/enrich.ts";
export { parsePrices } from "./enrich/price.ts";
export { parseScimSettings } from "./enrich/scim.ts";
export { readScimExport } from "./enrich/scim-export.ts";
export type { AuditEvent, CanonicalEvent, EventField } from "./event/event.ts";
export { SCHEMA_VERSION } from "./event/event.ts";
export { type ParseOptions, parseEventLine } from "./event/parse.ts";
export { shippedSignatures } from "./generated/signature-table.ts";
export { Journal, type JournalOptions, NotDurableError, type Receipt } from "./journal/journal.ts";
export { readJournal, verifyJournal } from "./journal/read.ts";
export type { JournalRecord } from "./journal/record.ts";
export type { ScanResult } from "./journal/scan.ts";
export { normalize } from "./mapping/normalize.ts";
export { type ChainLink, SOURCE_LABEL, type Target, targets } from "./mapping/schema.ts";
export { type Artifact, buildTargets, renderManifest } from "./pack/artifact.ts";
export { buildPack } from "./pack/build-pack.ts";
export type { SourcedRule } from "./pack/compiled-rule.ts";
export { createPolicy, type Policy, type PolicyOptions } from "./policy/policy.ts";
export { createPseudonymiser, type Pseudonymiser, parseKey } from "./policy/pseudonym.ts";
export { checkRule, checkRuleSet } from "./rule/check-rule.ts";
export type { Alert, Detection, Fidelity, Predicate, RuleIr } from "./rule/ir.ts";
export { parseRule, type RuleOptions } from "./rule/parse-rule.ts";
export { parseRuleTests, type RuleTest } from "./rule/parse-tests.ts";
export { type Canary, createCanary } from "./signature/canary.ts";
export type { SignatureFinding } from "./signature/finding.ts";
export {
  createMatcher,
  type Matcher,
  type MatcherOptions,
  type MatchStream,
} from "./signature/matcher.ts";
export { parseSignature, type SignatureFile } from "./signature/parse-signature.ts";
export {
  type SecurityContext,
  type SecurityFields,
  securityFields,
} from "./signature/security-fields.ts";
export type { Signature, TextSurface } from "./signature/signature.ts";
export type { Emit, Source, SourceKind, SourceRecord, SourceTools } from "./source/source.ts";
