import { OptionChain } from '../../../graph/options/chain';
import type { OptionDefinition } from '../../../graph/options/definition';
import { restoreState, saveState } from '../../../graph/state/blob';
import { Kind } from '../../../graph/options/classify';

const option = (
  instrumentId: number,
  strike: number,
  changes: Partial<OptionDefinition> = {},
): OptionDefinition => ({
  instrumentId,
  kind: Kind.Call,
  underlying: 'ESH4',
  strike,
  expiresAt: 1e15,
  ...changes,
});

function chainOf(...definitions: OptionDefinition[]): OptionChain {
  const chain = new OptionChain('ESH4');
  for (const definition of definitions) chain.define(definition);
  return chain;
}

describe('option chain', () => {
  it('pairs the call and put of an expiry and strike, and keeps strikes in order', () => {
    const chain = chainOf(
      option(1, 4800),
      option(2, 4700),
      option(3, 4750, { kind: Kind.Put }),
      option(4, 4800, { kind: Kind.Put }),
      option(5, 4800, { expiresAt: 2e15 }),
    );
    expect(chain.strikesOf(0).map((pair) => chain.pairStrike[pair])).toEqual([4700, 4750, 4800]);
    expect(chain.strikesOf(1).map((pair) => chain.pairStrike[pair])).toEqual([4800]);
    expect(chain.pair[chain.find(1)]).toBe(chain.pair[chain.find(4)]);
    expect(chain.pair[chain.find(1)]).not.toBe(chain.pair[chain.find(5)]);
    expect(chain.find(6)).toBe(-1);
  });

  it('counts options on any future, and no others', () => {
    const chain = chainOf(
      option(1, 4800),
      option(2, 4800, { underlying: 'ESM4' }),
      option(3, NaN, { kind: Kind.Combination, underlying: '' }),
      option(4, NaN, { kind: Kind.Other, underlying: '' }),
    );
    expect(chain.pairStrike).toEqual([4800, 4800]);
    // The same strike and time, but on another future.
    expect(chain.pairExpiry).toEqual([0, 1]);
    expect(chain.empty).toBe(false);
    expect(chainOf(option(4, NaN, { kind: Kind.Other, underlying: '' })).empty).toBe(true);
  });

  it('knows where another future stands from settlements of both of one day', () => {
    const future = (instrumentId: number, underlying: string) =>
      option(instrumentId, NaN, { kind: Kind.Future, underlying, expiresAt: NaN });
    const chain = chainOf(
      option(1, 4800),
      option(2, 4800, { underlying: 'ESM4' }),
      future(3, 'ESM4'),
      future(4, 'ESH4'),
    );
    const bases = () => [chain.basisOf(0), chain.basisOf(1)];
    expect(bases()).toEqual([0, NaN]);
    const settle = (id: number, day: number, price: number) => {
      chain.setSettlement(chain.find(id), day, price);
      chain.setBases(chain.settledFutures(day, [NaN, NaN]));
    };
    settle(3, 10, 4860);
    expect(bases()).toEqual([0, NaN]);
    settle(4, 10, 4805.25);
    expect(bases()).toEqual([0, 54.75]);
    // Of the next day only one so far: what was known stays.
    settle(3, 11, 4900);
    expect(bases()).toEqual([0, 54.75]);
    settle(4, 11, 4845.5);
    expect(bases()).toEqual([0, 54.5]);
    expect(restoreState(new OptionChain('ESH4'), saveState(chain)).basisOf(1)).toBe(54.5);
  });

  it('takes the prices of futures from the options on them, of the nearest expiry, where they did not settle', () => {
    const chain = chainOf(
      option(1, 4800),
      option(2, 4800, { underlying: 'ESM4', expiresAt: 3e15 }),
      option(3, 4800, { underlying: 'ESM4', expiresAt: 2e15 }),
    );
    expect(chain.settledFutures(10, [4800, 4860, 4855])).toEqual([4800, 4855]);
    expect(chain.settledFutures(10, [NaN, 4860, NaN])).toEqual([NaN, 4860]);
  });

  it('keeps open interest when a definition is repeated, and forgets it when an id is used anew', () => {
    const chain = chainOf(option(1, 4800));
    chain.setOpenInterest(0, 10, 500);
    chain.define(option(1, 4800));
    expect(chain.openInterest[0]).toBe(500);
    chain.define(option(1, 4900));
    expect(chain.openInterest[0]).toBeNaN();
    expect(chain.pairStrike[chain.pair[0]]).toBe(4900);
  });

  it('takes the newest of open interest, settlements and volatilities; of a day, the last', () => {
    const chain = chainOf(option(1, 4800));
    chain.setOpenInterest(0, 10, 500);
    chain.setOpenInterest(0, 9, 1);
    chain.setOpenInterest(0, 10, 510);
    expect(chain.openInterest[0]).toBe(510);
    chain.setSettlement(0, 10, 12.5);
    chain.setSettlement(0, 9, 1);
    chain.setSettlement(0, 10, 12.25);
    expect(chain.settlement[0]).toBe(12.25);
    chain.observe(0, 0.2, 5);
    chain.observe(0, 0.9, 4);
    expect(chain.observedVol[0]).toBe(0.2);
  });
});
