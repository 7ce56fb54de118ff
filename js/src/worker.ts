// The worker: a Recogniser that does what it is told.
import { errorToPlain } from "./errors.js";
import { ownPort } from "#platform";
import type { Request } from "./port.js";
import { Recogniser } from "./recogniser.js";

const port = ownPort();
const recogniser = new Recogniser() as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;

port.listen(async ({ id, method, values }: Request) => {
  const progress = (loaded: number, total: number | undefined) => port.post({ id, loaded, total });
  try {
    port.post({ id, result: await recogniser[method]!(...values, progress) });
  } catch (error) {
    port.post({ id, error: errorToPlain(error) });
  }
});
