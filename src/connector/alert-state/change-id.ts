/** Identities of changes, which a form carries so that sending it twice is one change. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A random UUID (RFC 9562, version 4) of 16 random bytes. */
export function uuidOf(random: Uint8Array): string {
  const bytes = Buffer.from(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  const parts = [0, 8, 12, 16, 20].map((from, index) =>
    hex.slice(from, [8, 12, 16, 20, 32][index]),
  );
  return parts.join("-");
}

export function isChangeId(text: string): boolean {
  return UUID.test(text);
}
