/** A secret that a process goes by for as long as it runs: what takes its place in the vault takes its place here within minutes. */
import { SpymasterError } from '../../graph/errors';
import { KEPT_MS } from './vault';

export class HeldSecret {
  private asked = performance.now();
  private constructor(
    private held: string | undefined,
    private readonly read: () => Promise<string>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * @param read as `readSecret` does
   * @param onFault told of what keeps it from being read again
   * @throws what `read` throws
   */
  static async open(read: () => Promise<string>, onFault: (error: unknown) => void): Promise<HeldSecret> {
    return new HeldSecret(await read(), read, onFault);
  }

  /** As it is known; undefined once the vault has said that it is not to be had any more. What is old is asked for again behind. */
  get text(): string | undefined {
    if (performance.now() - this.asked >= KEPT_MS) void this.renew();
    return this.held;
  }

  /** Asks for it again. A vault that is away changes nothing. */
  async renew(): Promise<void> {
    this.asked = performance.now();
    try {
      this.held = await this.read();
    } catch (error) {
      if (!(error instanceof SpymasterError && error.retryable)) this.held = undefined;
      this.onFault(error);
    }
  }
}
