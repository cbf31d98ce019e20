/** What the hubs say of themselves while they run: what they refuse, and what they are asked to do wrong. */
import type { Log } from '../../workers/observing/log';
import { Seldom } from '../../workers/observing/seldom';

export class HubLog {
  private readonly seldom: Seldom | undefined;

  /** @param log says nothing without */
  constructor(private readonly log?: Pick<Log, 'info' | 'warn'>) {
    this.seldom = log && new Seldom(log);
  }

  /** A batch of a producer was refused. @param condition of AMQP, such as `com.microsoft:server-busy` */
  refusedBatch(hub: string, condition: string, description: string): void {
    this.seldom?.warn(`${hub} ${condition}`, { hub, condition }, `${hub} refuses a batch: ${description}`);
  }

  /** A producer or consumer was not let in. */
  refusedLink(address: string, condition: string, description: string): void {
    this.seldom?.warn(
      `${address} ${condition}`,
      { address, condition },
      `${address} lets nobody in: ${description}`,
    );
  }

  /** Somebody has asked for a fault. */
  fault(fault: string, amount: number): void {
    this.log?.info({ fault, amount }, `Fails as asked: ${fault} ${amount}`);
  }
}
