/**
 * Keeps requests away from addresses that no webhook is for. The name is resolved once for each
 * connection and that very address is connected to, so a name that changes its mind in between (DNS
 * rebinding) gains nothing.
 */
import { type LookupAddress, lookup as lookupName } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { type AddressClass, classifyAddress } from "./address.ts";

export interface AllowedAddresses {
  readonly private: boolean;
  readonly loopback: boolean;
}

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Begins the reason of every connection that was refused here. */
export const ADDRESS_REFUSED = "ERR_ADDRESS_REFUSED";

class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";
  readonly code = ADDRESS_REFUSED;
}

const WORDS: Readonly<Record<Exclude<AddressClass, "public">, string>> = {
  private: "is an address of an internal network",
  loopback: "is this machine",
  forbidden: "is an address that no receiver can have, such as a metadata service of a cloud",
};

/** Why an address may not be connected to; `undefined` when it may. */
export function refuseAddress(address: string, allowed: AllowedAddresses): string | undefined {
  const found = classifyAddress(address);
  if (found === "public" || (found !== "forbidden" && allowed[found])) return undefined;
  return `${address} ${WORDS[found]}`;
}

/** The same for the host of a URL; names are judged when they are resolved. */
export function refuseHost(hostname: string, allowed: AllowedAddresses): string | undefined {
  const host = hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? undefined : refuseAddress(host, allowed);
}

function resolveName(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookupName(hostname, { all: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });
}

async function resolveAllowed(
  hostname: string,
  allowed: AllowedAddresses,
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const addresses = await resolve(hostname);
  // One bad address is enough: a name that means both inside and outside is a mistake or an attack.
  for (const { address } of addresses) {
    const refusal = refuseAddress(address, allowed);
    if (refusal !== undefined) throw new AddressRefusedError(`${hostname}: ${refusal}`);
  }
  return addresses;
}

/** A name resolution for `net.connect` that fails with the code `ERR_ADDRESS_REFUSED`. */
export function guardedLookup(
  allowed: AllowedAddresses,
  resolve: Resolve = resolveName,
): LookupFunction {
  return (hostname, options, callback) => {
    resolveAllowed(hostname, allowed, resolve).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, [...addresses]);
        else callback(null, first?.address ?? "", first?.family ?? 4);
      },
      (error: NodeJS.ErrnoException) => callback(error, options.all === true ? [] : ""),
    );
  };
}
