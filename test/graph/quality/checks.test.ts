import {
  blocking,
  bronzeChecks,
  levelsCheck,
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
  longestGap: { seconds: 3, from: 0n, to: 3_000_000_000n, atStart: false, atEnd: false },
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
    const checks = bronzeChecks({
      ...bronze,
      minutesCovered: 60,
      longestGap: { ...bronze.longestGap, seconds: 301 },
      badBookRecords: 1,
    });
    expect(failedNames(checks)).toEqual(['coverage', 'gaps', 'channel_gaps']);
    expect(blocking(checks)).toEqual([]);
  });

  it('tell where the longest silence lies, and of data that begin late or end early', () => {
    const from = 1_709_658_000_000_000_000n;
    const gap = { seconds: 1440, from, to: from + 1_440_000_000_000n, atStart: false, atEnd: false };
    const message = (more: Partial<typeof gap>) =>
      bronzeChecks({ ...bronze, longestGap: { ...gap, ...more } }).find(({ check }) => check === 'gaps')
        ?.message;
    const where = 'from 2024-03-05 12:00:00 ET to 2024-03-05 12:24:00 ET';
    expect(message({})).toBe(`longest silence in trading hours 1440 s, ${where}`);
    expect(message({ atStart: true })).toContain(`1440 s: the data begin late, ${where}`);
    expect(message({ atEnd: true })).toContain(`1440 s: the data end early, ${where}`);
    expect(message({ atStart: true, atEnd: true })).toContain(`1440 s: no records, ${where}`);
    expect(message({ seconds: 0 })).toBe('longest silence in trading hours 0 s');
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

  it('warn of levels that are not there, with the reason', () => {
    expect(levelsCheck([])).toMatchObject({ check: 'absent_levels', severity: 'warning', passed: true });
    const absent = [
      { kinds: ['PD_HIGH', 'PD_LOW'], reason: 'no files' },
      { kinds: ['OR_HIGH'], reason: 'a hole' },
    ];
    expect(levelsCheck(absent)).toMatchObject({
      passed: false,
      value: 3,
      message: 'no PD_HIGH, PD_LOW: no files; no OR_HIGH: a hole',
    });
  });

  it('only warn of unknown orders and of differences to a snapshot', () => {
    const checks = silverChecks({ ...silver, unknownOrders: 11, differingOrders: 6 });
    expect(failedNames(checks)).toEqual(['unknown_orders', 'snapshot_audit']);
    expect(blocking(checks)).toEqual([]);
  });
});
