/** Semantic versions of rules: which part must grow with which change. */
import type { ChangeKind } from "./meaning.ts";

type Version = readonly [major: number, minor: number, patch: number];

/** The parts of a version that has its form already. */
export function parseVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  return [major, minor, patch];
}

/** Below 0 when `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  for (const index of [0, 1, 2] as const)
    if (left[index] !== right[index]) return left[index] - right[index];
  return 0;
}

/** The least version that says what changed: logic is a new major, tuning a new minor version. */
export function leastVersionAfter(version: string, change: ChangeKind): string {
  const [major, minor, patch] = parseVersion(version);
  switch (change) {
    case "logic":
      return `${major + 1}.0.0`;
    case "tuning":
      return `${major}.${minor + 1}.0`;
    case "text":
      return `${major}.${minor}.${patch + 1}`;
  }
}
