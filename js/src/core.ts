// The decoder core: loads the WebAssembly module, and calls it with JavaScript's values.
//
// The module is of the WASI kind, but the part of it that runs here opens no file and prints nothing: of the
// system's functions the loader gives a clock, and refuses the rest. One instance is one model; its memory
// goes with it.
import { errorFromStatus, MemoryError } from "./errors.js";
import { Status } from "./status.js";

/** What core.wasm exports: js/core/exports.cpp. Pointers and sizes are numbers. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(bytes: number): number;
  release(pointer: number): void;
  text(): number;
  text_bytes(): number;
  version(): void;
  add_file(name: number, nameBytes: number, bytes: number, count: number): void;
  open_files(): number;
  open_archive(bytes: number, count: number): number;
  load(verify: number): number;
  use_own_scorer(): number;
  use_scorer(bytes: number, count: number): number;
  drop_scorer(): void;
  find_graph(): number;
  file(): number;
  file_bytes(): number;
  close_package(): void;
  description(): void;
  columns(): number;
  has_scorer(): number;
  stream_create(options: number, optionBytes: number, out: number): number;
  stream_free(stream: number): void;
  stream_feed_float(stream: number, samples: number, count: number): number;
  stream_feed_int16(stream: number, samples: number, count: number): number;
  stream_chunk(stream: number): number;
  stream_chunk_samples(stream: number): number;
  stream_course(stream: number): number;
  stream_take(stream: number, logProbs: number, count: number): number;
  stream_flush(stream: number): number;
  stream_finish(stream: number): number;
  stream_reset(stream: number): void;
  stream_segments(stream: number): number;
  stream_partial(stream: number): void;
  stream_partial_since(stream: number, firstSegment: number): void;
  stream_transcript(stream: number): void;
}

type Name = { [K in keyof Exports]: Exports[K] extends (...values: number[]) => unknown ? K : never }[keyof Exports];
type Bytes = Uint8Array | Float32Array | Int16Array;

const NOT_SUPPORTED = 52; // ENOSYS of WASI
const BAD_DESCRIPTOR = 8;

export class Core {
  readonly #exports: Exports;
  #dead: Error | undefined;

  private constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports as unknown as Exports;
  }

  static async instantiate(module: WebAssembly.Module): Promise<Core> {
    let core: Core | undefined;
    const memory = () => new DataView(core!.#exports.memory.buffer);
    const imports = Object.fromEntries(
      WebAssembly.Module.imports(module).map(({ name }) => [name, systemCall(name, memory)]),
    );
    core = new Core(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports }));
    core.#exports._initialize();
    return core;
  }

  /** Whether a call has trapped. */
  get dead(): boolean {
    return this.#dead !== undefined;
  }

  /** Calls a function of the module. A trap, as where memory ends, kills the core for good. */
  call<K extends Name>(name: K, ...values: number[]): ReturnType<Exports[K]> {
    if (this.#dead) throw this.#dead;
    try {
      return (this.#exports[name] as (...values: number[]) => ReturnType<Exports[K]>)(...values);
    } catch (cause) {
      this.#dead = new MemoryError(
        "there is not enough memory, or the core failed; load the model again",
        Status.OutOfMemory,
        { cause },
      );
      throw this.#dead;
    }
  }

  /** Calls a function that returns a status, and throws its error. */
  check(name: Name, ...values: number[]): void {
    const status = this.call(name, ...values) as number;
    if (status !== Status.Ok) throw errorFromStatus(status, this.text());
  }

  /** What the last call left to tell: a message or JSON. */
  text(): string {
    return new TextDecoder().decode(this.bytes(this.call("text"), this.call("text_bytes")));
  }

  /** A view of memory, valid until the next call. */
  bytes(pointer: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer as ArrayBuffer, pointer, count);
  }

  /** A copy of float32 values. */
  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, pointer, count).slice();
  }

  uint32(pointer: number): number {
    return new DataView(this.#exports.memory.buffer).getUint32(pointer, true);
  }

  /** Copies values into memory of the core; the caller releases it. */
  copyIn(values: Bytes): number {
    const pointer = this.call("allocate", Math.max(1, values.byteLength));
    if (pointer === 0) {
      throw new MemoryError(`there is not enough memory for ${values.byteLength} bytes`, Status.OutOfMemory);
    }
    this.bytes(pointer, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return pointer;
  }

  /** Runs work on a copy of values in the core's memory. */
  with<T>(values: Bytes, work: (pointer: number) => T): T {
    const pointer = this.copyIn(values);
    try {
      return work(pointer);
    } finally {
      if (!this.dead) this.call("release", pointer);
    }
  }
}

function systemCall(name: string, memory: () => DataView): (...values: never[]) => number {
  switch (name) {
    case "clock_time_get":
      return (_clock: number, _precision: bigint, out: number) => {
        memory().setBigUint64(out, BigInt(Math.round(1e6 * performance.now())), true);
        return 0;
      };
    case "environ_sizes_get":
    case "args_sizes_get":
      return (count: number, size: number) => {
        memory().setUint32(count, 0, true);
        memory().setUint32(size, 0, true);
        return 0;
      };
    case "environ_get":
    case "args_get":
      return () => 0;
    case "fd_prestat_get": // ends the list of folders
      return () => BAD_DESCRIPTOR;
    case "proc_exit":
      return (code: number) => {
        throw new Error(`the core exited with ${code}`);
      };
    default:
      return () => NOT_SUPPORTED;
  }
}
