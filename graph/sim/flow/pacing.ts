/**
 * Keeps a session to the number of rows requested: how many decisions a second yield as many rows as are due. A decision's rows are those
 * of everything that happens: what falls due and what the price forces as well.
 */

/** Rows per decision to begin with; measured later. */
const ROWS_PER_DECISION = 1.85;
const MEASURED_OVER = 500;
const LEARNING = 0.2;
/** A lead or lag is made up for over this many seconds, within bounds on the pace. */
const CATCH_UP = 120;
const SLOWEST = 0.4;
const FASTEST = 1.4;

export class Pacing {
  /** Decisions a second. */
  pace = 1;
  private rowsPerDecision = ROWS_PER_DECISION;
  private due = 0;
  private rowsPerActivity = 1;
  /** Decisions that the pace made for since `measuredFrom`. */
  private planned = 0;
  private measuredFrom = 0;

  /** @param rows to be written in the session @param activity all of it, by its profile @param written rows so far */
  begin(rows: number, activity: number, written: number): void {
    this.rowsPerActivity = rows / activity;
    this.due = this.measuredFrom = written;
    this.planned = 0;
  }

  /** Sets the pace for what comes. @param activity at present @param seconds since the last time @param written rows so far */
  update(activity: number, seconds: number, written: number): void {
    this.planned += this.pace * seconds;
    if (this.planned >= MEASURED_OVER) {
      const measured = (written - this.measuredFrom) / this.planned;
      this.rowsPerDecision += LEARNING * (measured - this.rowsPerDecision);
      this.measuredFrom = written;
      this.planned = 0;
    }
    const rowsPerSecond = this.rowsPerActivity * activity;
    this.due += rowsPerSecond * seconds;
    const behind = (this.due - written) / (CATCH_UP * rowsPerSecond);
    this.pace = (rowsPerSecond / this.rowsPerDecision) * Math.min(Math.max(1 + behind, SLOWEST), FASTEST);
  }
}
