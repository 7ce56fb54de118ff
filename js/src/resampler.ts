// Samples of one rate turned into samples of another, block by block without a seam.
//
// Output sample n lies at the input time n * from / to, which is kept as a whole number and a fraction
// of `to`, so that it never drifts. Each output is a sum over the inputs around it, weighted by a sinc
// in a Kaiser window (Smith, Digital Audio Resampling): cut off a little below the lower of the two
// Nyquist frequencies, with about 80 dB of stop band. Weights are made once for every fraction.
import { OptionError } from "./errors.js";
import { Status } from "./status.js";

export const LOWEST_RATE = 1_000; // Hz
export const HIGHEST_RATE = 768_000;

const ZERO_CROSSINGS = 32; // of the sinc on each side
const CUT_OFF = 0.94; // of the lower Nyquist frequency
const KAISER_BETA = 8.0;

export function checkRate(rate: number): void {
  if (Number.isInteger(rate) && rate >= LOWEST_RATE && rate <= HIGHEST_RATE) return;
  throw new OptionError(
    `sampleRate is ${rate}; it must be a whole number from ${LOWEST_RATE} to ${HIGHEST_RATE} Hz`,
    Status.InvalidArgument,
  );
}

export class Resampler {
  readonly #from: number;
  readonly #to: number;
  readonly #scale: number; // zero crossings of the sinc per input sample
  readonly #reach: number; // input samples on each side
  readonly #weights = new Map<number, Float32Array>();
  #waiting: Float32Array;
  #whole = 0; // where the next output lies: index in #waiting of the sample before it ...
  #fraction = 0; // ... and the rest, in parts of #to
  #taken = 0;
  #given = 0;

  /** Rates in Hz. */
  constructor(from: number, to: number) {
    checkRate(from);
    const divisor = greatestCommonDivisor(from, to);
    this.#from = from / divisor;
    this.#to = to / divisor;
    this.#scale = CUT_OFF * Math.min(1, to / from);
    this.#reach = Math.ceil(ZERO_CROSSINGS / this.#scale);
    this.#waiting = new Float32Array(this.#reach); // silence before the first sample
    this.#whole = this.#reach;
  }

  /** Returns what the block adds; a little is held back until the next one. */
  push(block: Float32Array): Float32Array {
    this.#taken += block.length;
    this.#append(block);
    return this.#make(Infinity);
  }

  /** Returns what was held back, as though silence followed. Nothing may be pushed afterwards. */
  rest(): Float32Array {
    this.#append(new Float32Array(this.#reach + 1));
    return this.#make(Math.ceil((this.#taken * this.#to) / this.#from) - this.#given);
  }

  #append(block: Float32Array): void {
    const joined = new Float32Array(this.#waiting.length + block.length);
    joined.set(this.#waiting);
    joined.set(block, this.#waiting.length);
    this.#waiting = joined;
  }

  #make(most: number): Float32Array {
    const ready = this.#waiting.length - this.#reach; // outputs before this one can be made
    const count = Math.max(0, Math.min(most, Math.ceil(((ready - this.#whole) * this.#to - this.#fraction) / this.#from)));
    const made = new Float32Array(count);
    for (let n = 0; n < count; n++) {
      made[n] = this.#at(this.#whole, this.#fraction);
      this.#fraction += this.#from;
      this.#whole += Math.floor(this.#fraction / this.#to);
      this.#fraction %= this.#to;
    }
    this.#given += count;
    const used = Math.max(0, this.#whole - this.#reach);
    this.#waiting = this.#waiting.slice(used);
    this.#whole -= used;
    return made;
  }

  #at(whole: number, fraction: number): number {
    const weights = this.#weightsOf(fraction);
    const first = whole - this.#reach + 1;
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * this.#waiting[first + k]!;
    return Math.max(-1, Math.min(1, sum));
  }

  #weightsOf(fraction: number): Float32Array {
    let weights = this.#weights.get(fraction);
    if (weights) return weights;
    weights = new Float32Array(2 * this.#reach);
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const distance = k - this.#reach + 1 - fraction / this.#to; // input samples from the output
      sum += weights[k] = sinc(distance * this.#scale) * kaiser(distance / this.#reach);
    }
    for (let k = 0; k < weights.length; k++) weights[k]! /= sum; // silence and offset stay as they are
    if (this.#weights.size < 4096) this.#weights.set(fraction, weights);
    return weights;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA);
}

// The modified Bessel function of the first kind and order 0, by its power series.
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
