/** Between a client and a broker: loses the answer to a batch that was written. */
import { connect, createServer, type Socket } from "node:net";

export interface LossyProxy {
  readonly port: number;
  /** The next answer to a Produce request is lost, with its connection. */
  readonly loseAnswer: () => void;
  /** Answers lost so far. */
  readonly lost: () => number;
  readonly stop: () => Promise<void>;
}

/** Kafka's number of the request that writes. */
const PRODUCE = 0;

/** Calls back for each request in a stream of chunks: four bytes of length, two of the request's kind. */
function requestWatcher(seen: (kind: number) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 6) {
      const length = pending.readInt32BE(0) + 4;
      if (pending.length < length) return;
      seen(pending.readInt16BE(4));
      pending = pending.subarray(length);
    }
  };
}

export async function startProxy(brokerPort: number): Promise<LossyProxy> {
  const sockets = new Set<Socket>();
  let isArmed = false;
  let lost = 0;
  const server = createServer((client) => {
    const broker = connect(brokerPort, "127.0.0.1");
    let isWaiting = false;
    const watch = requestWatcher((kind) => {
      if (kind === PRODUCE && isArmed) isWaiting = true;
    });
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => {
      watch(chunk);
      broker.write(chunk);
    });
    broker.on("data", (chunk) => {
      if (!isWaiting) {
        client.write(chunk);
        return;
      }
      isArmed = false;
      lost += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    loseAnswer: () => {
      isArmed = true;
    },
    lost: () => lost,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
