/** A response that is the same for whoever reads it, while somebody else sees its body go by. */

export interface BodyWatcher {
  readonly chunk: (chunk: Uint8Array) => void;
  /** The body has been read to its end. */
  readonly end: () => void;
  /** Reading has failed, for instance because the program aborts its request. */
  readonly fail: (cause: unknown) => void;
  /** Whoever reads has gone away before the end. */
  readonly cancel: () => void;
}

/**
 * The response with a body that passes through. It is read only as fast as the program reads, an abort
 * or a cancellation reaches the connection, and errors are the same objects.
 *
 * @param watcher Must not throw.
 */
export function watchBody(response: Response, watcher: BodyWatcher): Response {
  const { body } = response;
  if (body === null) return response;
  // Taken at the first read only: until then the response is whole.
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const passing = new ReadableStream({
    type: "bytes",
    pull: async (controller) => {
      reader ??= body.getReader();
      let read: Awaited<ReturnType<typeof reader.read>>;
      try {
        read = await reader.read();
      } catch (cause) {
        watcher.fail(cause);
        throw cause;
      }
      if (read.done) {
        watcher.end();
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      // Looked at first: passing it on gives its memory away.
      watcher.chunk(read.value);
      controller.enqueue(read.value);
    },
    cancel: (reason) => {
      watcher.cancel();
      return (reader ?? body).cancel(reason);
    },
  });
  const { status, statusText, headers } = response;
  const watched = new Response(passing, { status, statusText, headers });
  // A response that is constructed knows nothing of these.
  for (const name of ["url", "redirected", "type"] as const)
    Object.defineProperty(watched, name, { value: response[name] });
  return watched;
}
