/** Starts a server at an address, or says why that cannot be. */
import type { Server } from "node:net";
import type { ListenAddress } from "../../config/listen.ts";
import { listenFailure } from "./address.ts";

/** Resolves when the server listens; rejects with what to do. */
export async function listenAt(server: Server, address: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(address.port, address.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    throw listenFailure(address, cause);
  }
}
