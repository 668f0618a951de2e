/** Where a value stands on a slider, and how it is written. */

import type { SliderData } from "./socket";

/** Steps of a slider from end to end. */
export const STEPS = 200;

/** Where a value stands, from 0 to STEPS. */
export function placeOf(value: number, { low, high, log }: SliderData): number {
  if (high <= low) return 0;
  const share = log ? Math.log(Math.max(value, Number.MIN_VALUE) / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(Math.min(Math.max(share, 0), 1) * STEPS);
}

/** The value at a place; three digits are more than a hand sets. */
export function valueAt(place: number, { low, high, log }: SliderData): number {
  if (place <= 0) return low;
  if (place >= STEPS) return high;
  const share = place / STEPS;
  const value = log ? low * (high / low) ** share : low + (high - low) * share;
  const digits = high > low ? Math.max(3, Math.ceil(Math.log10(Math.abs(high) / (high - low) || 1)) + 3) : 3;
  const short = Number(value.toPrecision(Math.min(digits, 12)));
  return Math.min(Math.max(short, low), high);
}

/** A number with its unit, as the terminal has it: shares as percent. */
export function amount(value: number, unit: string): string {
  if (unit === "share") return `${short(value * 100)} %`;
  return `${short(value)}${["ratio", "constant", "factor"].includes(unit) ? "" : ` ${unit}`}`;
}

export function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return rounded.toExponential();
  return size >= 1000 ? rounded.toLocaleString("en-US", { maximumFractionDigits: 0 }) : String(rounded);
}
