/**
 * A fault of Azure's SDK (rhea-promise 3.0.3): where a connection is lost and opened anew, a link has no source until it is attached
 * again, and to ask for its address throws. The SDK asks in a timer, when a request has taken too long (core-amqp's
 * `RequestResponseLink`): nobody can catch that, and the process would end. Whoever makes clients imports this.
 */
import { Receiver } from 'rhea-promise';

const link: object = Object.getPrototypeOf(Receiver.prototype);
Object.defineProperty(link, 'address', {
  configurable: true,
  get(this: Receiver): string | undefined {
    return this.source?.address;
  },
});
