/**
 * When an alert is told: with the answer, which comes a moment after the touch or the approach itself; without, where none comes. What is
 * answered later still is told again under the same id, so that whoever keeps alerts has the answer, and nobody is alerted twice.
 */
import { NS_PER_SECOND } from '../market/time';
import type { InferenceResult } from '../scoring/inferenceResult';
import type { Subject } from '../scoring/subject';
import { alertOf, type Alert } from './alert';

/** How long an answer is waited for, in the market's time. */
const PATIENCE_NS = 2 * NS_PER_SECOND;

export class AlertWatch {
  /** Not told yet, in order, since when. */
  private readonly waiting = new Map<string, { readonly subject: Subject; readonly since: number }>();
  /** Ids of those told; whether with an answer. */
  private readonly told = new Map<string, boolean>();

  /** @param tickNanos of the product, 1e-9 of a point */
  constructor(private readonly tickNanos: number) {}

  /** A touch or an approach has happened. @param at capture time, ns since the origin */
  noticed(subject: Subject, at: number): void {
    if (!this.told.has(subject.id) && !this.waiting.has(subject.id))
      this.waiting.set(subject.id, { subject, since: at });
  }

  /** @returns the alert, unless it was told with an answer before */
  answered(result: InferenceResult): Alert | undefined {
    this.waiting.delete(result.id);
    if (this.told.get(result.id) === true) return undefined;
    this.told.set(result.id, true);
    return alertOf(result, this.tickNanos, result);
  }

  /** Alerts whose answer is waited for no longer. @param at capture time, ns since the origin */
  due(at: number): Alert[] {
    const due: Alert[] = [];
    for (const [id, { subject, since }] of this.waiting) {
      if (at < since + PATIENCE_NS) break;
      this.waiting.delete(id);
      this.told.set(id, false);
      due.push(alertOf(subject, this.tickNanos));
    }
    return due;
  }
}
