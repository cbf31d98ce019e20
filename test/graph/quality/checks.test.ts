import {
  blocking,
  bronzeChecks,
  silverChecks,
  type BronzeFacts,
  type SilverFacts,
} from '../../../graph/quality/checks';

const bronze: BronzeFacts = {
  records: 10_000,
  deadLetters: 0,
  unmapped: 0,
  unmappedIds: [],
  recvRegressions: 0,
  badBookRecords: 0,
  minutesExpected: 1380,
  minutesCovered: 1380,
  longestGapSeconds: 3,
};
const silver: SilverFacts = {
  tradingStates: 10_000,
  crossedStates: 0,
  unknownOrders: 0,
  records: 10_000,
  auditedOrders: 5_000,
  differingOrders: 0,
};
const failedNames = (checks: ReturnType<typeof bronzeChecks>) =>
  checks.filter(({ passed }) => !passed).map(({ check }) => check);

describe('checks of Bronze', () => {
  it('pass a clean contract-date', () => expect(failedNames(bronzeChecks(bronze))).toEqual([]));

  it('block when more than one record in a hundred is unusable', () => {
    expect(blocking(bronzeChecks({ ...bronze, deadLetters: 101 }))).toEqual([]);
    const [failed] = blocking(bronzeChecks({ ...bronze, deadLetters: 102 }));
    expect(failed).toMatchObject({ check: 'dead_letter_share', severity: 'blocking' });
    expect(failed.message).toContain('102 of 10102 records');
  });

  it('block when capture time runs backwards', () =>
    expect(failedNames(bronzeChecks({ ...bronze, recvRegressions: 11 }))).toEqual(['monotonic_time']));

  it('only warn of missing minutes, silence and channel gaps', () => {
    const checks = bronzeChecks({ ...bronze, minutesCovered: 60, longestGapSeconds: 301, badBookRecords: 1 });
    expect(failedNames(checks)).toEqual(['coverage', 'gaps', 'channel_gaps']);
    expect(blocking(checks)).toEqual([]);
  });

  it('only warn of another instrument in the file of which no symbol is known, and name it', () => {
    const checks = bronzeChecks({ ...bronze, records: 1, unmapped: 30, unmappedIds: [555] });
    expect(blocking(checks)).toEqual([]);
    expect(checks.find(({ passed }) => !passed)).toMatchObject({
      check: 'unmapped_instruments',
      value: 30,
      message: '30 records of ids without a symbol on this date: 555',
    });
    const ids = Array.from({ length: 12 }, (_, id) => id);
    const many = bronzeChecks({ ...bronze, unmapped: 12, unmappedIds: ids });
    expect(many.at(-1)?.message).toMatch(/: 0, 1, .*, 9, and 2 more$/);
  });

  it('say nothing against a date without trading hours or records', () =>
    expect(blocking(bronzeChecks({ ...bronze, records: 0, minutesExpected: 0, minutesCovered: 0 }))).toEqual(
      [],
    ));
});

describe('checks of Silver', () => {
  it('pass a clean book', () => expect(failedNames(silverChecks(silver))).toEqual([]));

  it('block on a book that is crossed while the market trades', () => {
    expect(blocking(silverChecks({ ...silver, crossedStates: 10 }))).toEqual([]);
    expect(failedNames(silverChecks({ ...silver, crossedStates: 11 }))).toEqual(['crossed_book']);
  });

  it('only warn of unknown orders and of differences to a snapshot', () => {
    const checks = silverChecks({ ...silver, unknownOrders: 11, differingOrders: 6 });
    expect(failedNames(checks)).toEqual(['unknown_orders', 'snapshot_audit']);
    expect(blocking(checks)).toEqual([]);
  });
});
