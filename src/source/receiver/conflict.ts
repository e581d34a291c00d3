/** Receivers that would be open to everybody do not start. */
import type { ListenAddress } from "../../config/listen.ts";
import type { SettingConflict } from "../../config/option.ts";
import { isLocal, showAddress } from "./address.ts";

/** What keeps strangers and listeners away from an address that is not local. */
export interface Protection {
  readonly listen: ListenAddress;
  /** Nobody on the way can read: TLS, or somebody has vouched for the network. */
  readonly isPrivate: boolean;
  readonly makePrivate: string;
  /** Senders are asked who they are. */
  readonly asksWho: boolean;
  readonly makeAsk: string;
}

/** What is missing before others may reach the receiver. */
export function exposureConflicts(protection: Protection): readonly SettingConflict[] {
  const { listen, isPrivate, makePrivate, asksWho, makeAsk } = protection;
  if (isLocal(listen)) return [];
  const place = showAddress(listen.host, listen.port);
  const conflicts: SettingConflict[] = [];
  if (!isPrivate)
    conflicts.push({
      key: "listen",
      problem: `${place} can be reached from the network, and events would travel unencrypted`,
      instruction: `${makePrivate}, or listen on 127.0.0.1.`,
    });
  if (!asksWho)
    conflicts.push({
      key: "listen",
      problem: `${place} can be reached from the network, and anybody there could send events`,
      instruction: `${makeAsk}, or listen on 127.0.0.1.`,
    });
  return conflicts;
}

/** Throws when settings that `check` would refuse get here another way. */
export function refuseConflicts(conflicts: readonly SettingConflict[]): void {
  const [first] = conflicts;
  if (first !== undefined)
    throw new Error(`"${first.key}" does not go: ${first.problem}. ${first.instruction}`);
}
