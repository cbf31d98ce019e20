/** Indexes kept open between questions: opening one reads all earlier sessions, asking it takes milliseconds. */
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { planIndex } from './indexPlan';
import { openPlanned, type OpenedIndex } from './openIndex';

/** Bytes of vectors that are kept, beside those of the index asked last. */
const MOST_BYTES = 512 * 2 ** 20;

export class HeldIndexes {
  /** By what they are made of, the one asked last at the end. */
  private readonly held = new Map<string, Promise<OpenedIndex>>();

  constructor(
    private readonly lake: Lake,
    private readonly features: FeatureSettings,
  ) {}

  /**
   * The index for touches of a session, as the lake has it now.
   * @throws SpymasterError NoInput if nothing was fitted for the session nor one before
   */
  async open(product: string, session: string): Promise<OpenedIndex> {
    const plan = await planIndex(this.lake, product, session);
    const name = `${product} ${plan.digest}`;
    const opening = this.held.get(name) ?? openPlanned(this.lake, plan, this.features);
    this.held.delete(name);
    this.held.set(name, opening);
    try {
      const opened = await opening;
      await this.letGo();
      return opened;
    } catch (error) {
      this.held.delete(name);
      throw error;
    }
  }

  /** Lets those go that were not asked for longest. */
  private async letGo(): Promise<void> {
    let bytes = 0;
    for (const [name, opening] of [...this.held].reverse()) {
      const fits = bytes < MOST_BYTES;
      const opened = await opening.catch(() => undefined);
      bytes += opened?.index.bytes ?? 0;
      if (!fits) this.held.delete(name);
    }
  }
}
