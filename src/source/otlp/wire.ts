/**
 * Reads messages of Protocol Buffers by tables of their fields.
 *
 * The reader of protobufjs takes the bytes apart; what it does with a description of messages is not
 * used, because it compiles code while it runs. Fields that a table does not list are skipped, as are
 * those whose bytes are of another type than it says: both mean a newer sender.
 */
import { Reader } from "protobufjs/minimal.js";

/** Scalar types as the language of `.proto` files names them. */
type Scalar = "string" | "bool" | "int64" | "double" | "fixed64" | "bytes";

export interface Field {
  readonly name: string;
  readonly type: Scalar | Shape;
  readonly repeated?: true;
}

/** The fields of a message by their numbers. */
export interface Shape {
  readonly fields: ReadonlyMap<number, Field>;
  /** Whether its fields exclude each other: the last one that is set stays. */
  readonly isOneof: boolean;
}

type Message = Record<string, unknown>;

/** A message with these fields, given as pairs of number and field. */
export function shape(...fields: readonly (readonly [number, Field])[]): Shape {
  return { fields: new Map(fields), isOneof: false };
}

/** A message of which one field is set at a time. */
export function oneof(...fields: readonly (readonly [number, Field])[]): Shape {
  return { fields: new Map(fields), isOneof: true };
}

const wireTypes: Readonly<Record<Scalar, number>> = {
  bool: 0,
  int64: 0,
  double: 1,
  fixed64: 1,
  string: 2,
  bytes: 2,
};
const LENGTH_DELIMITED = 2;

function readScalar(reader: Reader, type: Scalar): unknown {
  switch (type) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "int64":
      return reader.int64();
    case "double":
      return reader.double();
    case "fixed64":
      return reader.fixed64();
    case "bytes":
      return reader.bytes();
  }
}

function readValue(reader: Reader, type: Scalar | Shape, before: unknown): unknown {
  if (typeof type === "string") return readScalar(reader, type);
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw new RangeError("a message is longer than what holds it");
  const outer = reader.len;
  reader.len = end;
  const message = readFields(reader, type, (before ?? {}) as Message);
  reader.len = outer;
  return message;
}

function readFields(reader: Reader, { fields, isOneof }: Shape, message: Message): Message {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    const wireType = tag & 7;
    const expected = typeof field?.type === "string" ? wireTypes[field.type] : LENGTH_DELIMITED;
    if (field === undefined || wireType !== expected) {
      reader.skipType(wireType);
      continue;
    }
    const { name, type } = field;
    if (field.repeated === true) {
      const list = message[name] as unknown[] | undefined;
      const value = readValue(reader, type, undefined);
      if (list === undefined) message[name] = [value];
      else list.push(value);
      continue;
    }
    const value = readValue(reader, type, message[name]);
    if (isOneof) for (const other of Object.keys(message)) delete message[other];
    message[name] = value;
  }
  return message;
}

/**
 * Reads one message. Throws an `Error` where the bytes are none: a length beyond the end, a group that
 * is not closed, an unknown type.
 */
export function readMessage(message: Shape, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return readFields(Reader.create(bytes), message, {});
}
