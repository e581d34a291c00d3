/** Packages that are needed only by those who use a certain sink or source. */

/** A client that the configuration asks for is not installed. */
export class MissingPackageError extends Error {
  override readonly name = "MissingPackageError";

  constructor(packageName: string, neededBy: string, cause: unknown) {
    super(
      `${neededBy} needs the package ${packageName}, which is not installed: run \`npm install ${packageName}\``,
      { cause },
    );
  }
}

/**
 * Loads an optional package.
 *
 * @param load The dynamic import, written at the call so that its types are known.
 * @param neededBy What needs it, such as `the sink kind elasticsearch`.
 */
export async function loadPackage<T>(
  packageName: string,
  neededBy: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const missing =
      cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
    throw missing ? new MissingPackageError(packageName, neededBy, cause) : cause;
  }
}
