// The acoustic graph of a package, run by ONNX Runtime chunk by chunk.
import { ModelError } from "./errors.js";
import { Status } from "./status.js";

/** The part of ONNX Runtime's API that is used; onnxruntime-web and onnxruntime-node both have it. */
export interface Runtime {
  InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

interface Tensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** The acoustic part of auricle.json, as the core has checked it. */
export interface AcousticContract {
  sample_rate: number;
  frame_samples: number;
  chunk_frames: number;
  states: { name: string; shape: number[] }[];
}

/** What goes into the graph beside the chunk, as core/include/auricle/stream.h says. */
export const Course = { On: 0, Ahead: 1, FurtherAhead: 2 } as const;

export class Graph {
  private constructor(
    readonly runtime: Runtime,
    readonly session: Session,
    readonly contract: AcousticContract,
    readonly columns: number,
  ) {}

  /** Opens a graph, and sees that it keeps its contract. */
  static async open(
    runtime: Runtime,
    bytes: Uint8Array,
    contract: AcousticContract,
    columns: number,
    threads: number,
  ): Promise<Graph> {
    const options = {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableCpuMemArena: false,
      logSeverityLevel: 3,
    };
    let session: Session;
    try {
      session = await runtime.InferenceSession.create(bytes, options);
    } catch (cause) {
      throw new ModelError(
        `the acoustic model is not an ONNX graph that runs here: ${messageOf(cause)}; install the package again`,
        Status.GraphInvalid,
        { cause },
      );
    }
    const graph = new Graph(runtime, session, contract, columns);
    try {
      graph.#checkNames();
      await graph.#checkShapes();
    } catch (error) {
      await session.release();
      throw error;
    }
    return graph;
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  refuse(what: string): never {
    throw new ModelError(
      `the acoustic graph does not fit its auricle.json: ${what}; install the package again`,
      Status.GraphContract,
    );
  }

  #checkNames(): void {
    const wanted = ["samples", ...this.contract.states.map(({ name }) => name)];
    const given = new Set(this.session.inputNames);
    if (given.size !== wanted.length || !wanted.every((name) => given.has(name))) {
      this.refuse("its inputs have other names");
    }
    for (const name of ["log_probs", ...this.contract.states.map((state) => `next_${state.name}`)]) {
      if (!this.session.outputNames.includes(name)) this.refuse(`it lacks ${name}`);
    }
  }

  // The shapes that come out for a chunk of silence are the graph's own word on its vocabulary.
  async #checkShapes(): Promise<void> {
    try {
      const { chunk_frames, frame_samples } = this.contract;
      await new GraphRun(this).run(new Float32Array(chunk_frames * frame_samples), Course.On);
    } catch (error) {
      if (error instanceof ModelError && error.code === Status.GraphContract) throw error;
      this.refuse(messageOf(error));
    }
  }
}

/** The states of one stream in the graph. */
export class GraphRun {
  readonly #graph: Graph;
  #states: Tensor[];
  #aheadStates: Tensor[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#states = this.#zeros();
  }

  reset(): void {
    this.#states = this.#zeros();
    this.#aheadStates = [];
  }

  /** Hears a chunk of whole frames; returns natural-log probabilities, float32 (T, V). */
  async run(chunk: Float32Array, course: number): Promise<Float32Array> {
    const { contract, runtime, session } = this.#graph;
    const before = course === Course.FurtherAhead ? this.#aheadStates : this.#states;
    const feeds: Record<string, Tensor> = {
      samples: new runtime.Tensor("float32", chunk, [1, chunk.length]),
    };
    contract.states.forEach(({ name }, index) => (feeds[name] = before[index]!));
    let results: Record<string, Tensor>;
    try {
      results = await session.run(feeds);
    } catch (cause) {
      throw new ModelError(`the acoustic graph failed while it ran: ${messageOf(cause)}`, Status.GraphRun, { cause });
    }
    const frames = chunk.length / contract.frame_samples;
    const logProbs = this.#checked(results, "log_probs", [frames, this.#graph.columns]);
    const after = contract.states.map(({ name, shape }) => this.#checked(results, `next_${name}`, shape));
    if (course === Course.On) this.#states = after;
    else this.#aheadStates = after;
    return logProbs.data as Float32Array;
  }

  // A graph may say anything: its results are believed where they have the type and shape of the contract.
  #checked(results: Record<string, Tensor>, name: string, shape: readonly number[]): Tensor {
    const tensor = results[name]!;
    const wanted = [1, ...shape];
    if (tensor.type !== "float32" || tensor.dims.join() !== wanted.join()) {
      this.#graph.refuse(`${name} has the shape (${tensor.dims}), not (${wanted}), or is not float32`);
    }
    return tensor;
  }

  #zeros(): Tensor[] {
    return this.#graph.contract.states.map(({ shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return new this.#graph.runtime.Tensor("float32", new Float32Array(size), [1, ...shape]);
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
