/**
 * The parts of a followed session on their way into the lake, one at a time and in their order, by the three steps of `savedProgress.ts`.
 * A part is written while the session goes on; the one after it waits for it.
 */
import type { CheckResult } from '../../graph/quality/checks';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { KeptAnswers } from './keptAnswers';
import type { LayersFollowed, OpeningBook } from './layersFollowed';
import { Persistence } from './persistence';
import type { IntendedPart, SavedProgress } from './savedProgress';
import type { CapturedPart } from './sessionCapture';

/** Where a part ends. */
export type PartEnd = Omit<IntendedPart, 'stream' | 'part'>;

/** What a part holds. */
export interface CutPart {
  readonly captured: CapturedPart;
  readonly opening: OpeningBook | undefined;
  /** What was found about the data so far. */
  readonly checks: readonly CheckResult[];
  /** The session's state after it. */
  readonly state: Uint8Array;
  /** What is said of the touches and approaches in it, as it was published; undefined of one that failed. */
  readonly answered: readonly Promise<InferenceResult | undefined>[];
}

export class SessionParts {
  private part: number;
  /** The part that a worker before this one has begun to write. */
  private intended: IntendedPart | undefined;
  /** Whether a build has taken the contract-date over: nothing more is written of it. */
  private takenOver = false;
  private writing: Promise<void> | undefined;
  private failure: unknown;

  /**
   * @param stream names the run of parts
   * @param last number of the part that was kept last; 0 before the first
   * @param intended what was noted last, of whichever part and stream
   */
  constructor(
    private readonly layers: LayersFollowed,
    private readonly answers: KeptAnswers,
    private readonly progress: SavedProgress,
    private readonly stream: string,
    last: number,
    intended: IntendedPart | undefined,
    /** Told how long a part took to be written and kept, and the last event of the contract in it. */
    private readonly kept: (seconds: number, upTo: number) => void = () => {},
    private readonly persistence = new Persistence(),
  ) {
    this.part = last;
    if (intended?.stream === stream && intended.part === last + 1) this.intended = intended;
  }

  /** Number of the part that was begun last. */
  get last(): number {
    return this.part;
  }

  /** The part that was intended and maybe not written: it has to be cut where it was, before any other. */
  get toRedo(): IntendedPart | undefined {
    return this.intended;
  }

  get isTakenOver(): boolean {
    return this.takenOver;
  }

  /** Whether a part is being written. */
  get isWriting(): boolean {
    return this.writing !== undefined;
  }

  /**
   * Begins to write a part; resolves when that has begun.
   * @param end where it ends
   * @param cut takes what it holds; called after the part has its number
   */
  async begin(end: PartEnd, cut: () => CutPart): Promise<void> {
    await this.settled();
    this.intended = undefined;
    const part = this.part + 1;
    const intended = { ...end, stream: this.stream, part };
    await this.persistence.insistOn(() => this.progress.intend(intended));
    this.part = part;
    this.writing = this.write(intended, cut())
      .catch((error: unknown) => this.fail(error))
      .finally(() => (this.writing = undefined));
  }

  /** Resolves when all parts that were begun are written and kept. */
  async settled(): Promise<void> {
    await this.writing;
    this.requireSound();
  }

  /** Nothing is kept after a failure: another worker goes on from the part before. */
  fail(error: unknown): void {
    this.failure ??= error;
  }

  /** @throws whatever has failed */
  requireSound(): void {
    if (this.failure) throw this.failure;
  }

  private async write(
    { part, upTo }: IntendedPart,
    { captured, opening, checks, state, answered }: CutPart,
  ): Promise<void> {
    const started = performance.now();
    const { layers, answers, persistence, progress } = this;
    if (!this.takenOver)
      this.takenOver = !(await persistence.insistOn(() => layers.write(part, captured, opening, checks)));
    const results = (await Promise.all(answered)).filter((result) => result !== undefined);
    this.requireSound();
    await persistence.insistOn(() => answers.write(part, results));
    await persistence.insistOn(() => progress.keep(state));
    this.kept((performance.now() - started) / 1000, upTo);
  }
}
