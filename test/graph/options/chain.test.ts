import { OptionChain } from '../../../graph/options/chain';
import type { OptionDefinition } from '../../../graph/options/definition';
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

  it('counts only options on its own future', () => {
    const chain = chainOf(
      option(1, 4800),
      option(2, 4800, { underlying: 'ESM4' }),
      option(3, NaN, { kind: Kind.Combination, underlying: '' }),
      option(4, NaN, { kind: Kind.Other, underlying: '' }),
    );
    expect(chain.pairStrike).toEqual([4800]);
    expect(chain.empty).toBe(false);
    expect(chainOf(option(2, 4800, { underlying: 'ESM4' })).empty).toBe(true);
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
