/**
 * Seeded randomness. The generator is xoshiro128** (Blackman & Vigna 2018), seeded through SplitMix32; everything is integer
 * arithmetic or IEEE basic operations, so a seed gives the same numbers on every machine.
 */
import { ln } from './arithmetic';

const TWO_POW_32 = 4294967296;

function splitMix32(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(private readonly seed: number) {
    let z = seed >>> 0;
    this.a = z = splitMix32(z);
    this.b = z = splitMix32(z);
    this.c = z = splitMix32(z);
    this.d = splitMix32(z) | 1;
  }

  /** An independent generator for one purpose: draws from it do not change what another one yields. */
  fork(purpose: string): Random {
    let hash = 0x811c9dc5 ^ this.seed;
    for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
    return new Random(splitMix32(hash));
  }

  /** Uniform on 0 .. 2^32 - 1. */
  uint32(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** Uniform on (0, 1), never 0 or 1. */
  unit(): number {
    return (this.uint32() + 0.5) / TWO_POW_32;
  }

  /** Uniform on the whole numbers 0 .. n - 1. */
  below(n: number): number {
    return Math.floor((this.uint32() / TWO_POW_32) * n);
  }

  /** Uniform on the whole numbers from..to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.uint32() < probability * TWO_POW_32;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -ln(this.unit());
  }

  /** Standard normal, by the inverse of its distribution function. */
  normal(): number {
    return normalQuantile(this.unit());
  }
}

/** Coefficients of Acklam's rational approximation of the normal quantile; relative error below 1.15e-9. */
const CENTER_TOP = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTER_BOTTOM = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const TAIL_TOP = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BOTTOM = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
const TAIL = 0.02425;

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

/** The value a standard normal stays below with probability `p` in (0, 1). */
export function normalQuantile(p: number): number {
  if (p < TAIL) {
    const q = Math.sqrt(-2 * ln(p));
    return polynomial(TAIL_TOP, q) / (polynomial(TAIL_BOTTOM, q) * q + 1);
  }
  if (p > 1 - TAIL) return -normalQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(CENTER_TOP, r) * q) / (polynomial(CENTER_BOTTOM, r) * r + 1);
}
