import { silverBars } from '../../../graph/bars/barsTable';

const REFERENCE =
  `bar_start_utc open high low close volume trades buy_vol sell_vol side_none_vol add_bid add_ask cxl_bid cxl_ask
  mod_bid_n mod_ask_n fill_vol ofi_l1 last_events bid bid_sz ask ask_sz depth10_bid depth10_ask`.split(/\s+/);

describe('contract of silver.bars', () => {
  const names = silverBars.columns.map(({ name }) => name);

  it('has every column of a bar under its established name, and none twice', () => {
    expect(names).toEqual(expect.arrayContaining(REFERENCE));
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives every figure a unit and every column a meaning', () => {
    for (const { name, type, unit, meaning } of silverBars.columns) {
      expect([name, meaning.length > 0]).toEqual([name, true]);
      if (type !== 'string' && type !== 'date') expect([name, unit.length > 0]).toEqual([name, true]);
    }
  });

  it('is partitioned and keyed by columns it has', () => {
    expect(names).toEqual(expect.arrayContaining([...silverBars.partitionBy, ...silverBars.key]));
  });
});
