/** A simulated day of one contract, for the tests of this room. */
import { MboBatch } from '../../../graph/records/mbo';
import { frameOf, type SessionFrame } from '../../../graph/session/inputs';
import { featureSettings } from '../../../graph/settings';
import { Simulation } from '../../../graph/sim/simulation';
import { appendMbo } from '../../../lake/parquet/mbo';
import { PRODUCTS } from '../../support/products';

const settings = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });
export const inputs = { contract: 'ESH4', tradeDate: '2024-03-06', settings };
export const frame: SessionFrame = frameOf(inputs);

/** Records of the trade date's window. */
export function simulatedDay(events = 15_000): MboBatch {
  const raw = new MboBatch(8 * events);
  const pool = { take: () => new MboBatch(8192), give: () => undefined };
  const request = {
    symbol: 'ES',
    from: '2024-03-06',
    days: 1,
    events,
    strength: 0.5,
    seed: 4,
    options: false,
  };
  const { start, end } = frame.clock.session.window;
  for (const output of new Simulation(request, pool, PRODUCTS).run()) {
    if (output.kind !== 'mbo') continue;
    const { batch } = output;
    for (let i = 0; i < batch.length; i++)
      if (batch.tsRecv[i] >= start && batch.tsRecv[i] < end) appendMbo(raw, batch, i, i + 1);
  }
  return raw;
}
