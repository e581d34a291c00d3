import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import {
  parseUnacknowledged,
  readUnacknowledged,
} from "../../../src/sink/syslog/unacknowledged.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:AE4A 0100007F:B08F 01 000CD3E4:00000000 04:0000001F 00000000     0        0 46619 2 00000000e3dff693 20 4 28 15 -1
   1: 0100007F:B08F 0100007F:AE4A 01 00000000:00017400 00:00000000 00000000     0        0 46620 1 00000000f074e3e0 20 4 1 12 -1
   2: 0200007F:AE4A 0500007F:B08F 01 00000010:00000000 00:00000000 00000000     0        0 46621 1 00000000f074e3e1 20 4 1 12 -1
`;

describe("bytes that the peer has not acknowledged", () => {
  it("stand in the kernel's table; of several the largest number counts", () => {
    expect(parseUnacknowledged(table, { localPort: 0xae4a, remotePort: 0xb08f })).toBe(0xcd3e4);
    expect(parseUnacknowledged(table, { localPort: 0xb08f, remotePort: 0xae4a })).toBe(0);
    expect(parseUnacknowledged(table, { localPort: 1, remotePort: 2 })).toBeUndefined();
    expect(parseUnacknowledged("", { localPort: 1, remotePort: 2 })).toBeUndefined();
  });

  it.runIf(process.platform === "linux")("are none on a connection that is read", async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    await new Promise((resolve) => socket.write("hello", resolve));
    let waiting: number | undefined = 1;
    for (let tries = 0; tries < 50 && waiting !== 0; tries += 1)
      waiting = await readUnacknowledged({ localPort: socket.localPort ?? 0, remotePort: port });
    expect(waiting).toBe(0);
    socket.destroy();
    server.close();
  });
});
