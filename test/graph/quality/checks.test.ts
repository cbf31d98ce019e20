import {
  blocking,
  bronzeChecks,
  levelsCheck,
  optionChecks,
  silverChecks,
  type BronzeFacts,
  type SilverFacts,
} from '../../../graph/quality/checks';

const bronze: BronzeFacts = {
  fileRecords: 10_000,
  duplicates: 0,
  records: 10_000,
  deadLetters: 0,
  otherInstruments: 0,
  outsideWindow: 0,
  unmapped: 0,
  unmappedIds: [],
  recvRegressions: 0,
  badBookRecords: 0,
  minutesExpected: 1380,
  minutesCovered: 1380,
  longestGap: { seconds: 3, from: 0n, to: 3_000_000_000n, atStart: false, atEnd: false },
};
const silver: SilverFacts = {
  bars: 100,
  markedEnds: 10_000,
  unmarkedEnds: 0,
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
    expect(blocking(bronzeChecks({ ...bronze, fileRecords: 10_101, deadLetters: 101 }))).toEqual([]);
    const [failed] = blocking(bronzeChecks({ ...bronze, fileRecords: 10_102, deadLetters: 102 }));
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
    expect(checks.find(({ check }) => check === 'coverage')?.message).toBe(
      'no records in 1320 of 1380 trading minutes (95.652 %)',
    );
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
    const checks = bronzeChecks({ ...bronze, fileRecords: 31, records: 1, unmapped: 30, unmappedIds: [555] });
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

  it('block where the records of the files are not all accounted for, whichever way', () => {
    const sum = { ...bronze, deadLetters: 1, otherInstruments: 20, outsideWindow: 300, unmapped: 4000 };
    expect(failedNames(bronzeChecks({ ...sum, fileRecords: 14_321 }))).toEqual(['unmapped_instruments']);
    for (const fileRecords of [14_320, 14_322]) {
      const [failed] = blocking(bronzeChecks({ ...sum, fileRecords }));
      expect(failed).toMatchObject({ check: 'record_count', value: 1 });
      expect(failed.message).toContain(
        `10000 records used + 4001 dead letters + 20 of other instruments + 300 of other days = 14321; the files hold ${fileRecords}`,
      );
    }
    const shared = { ...bronze, fileRecords: 10_014, duplicates: 14 };
    expect(failedNames(bronzeChecks(shared))).toEqual([]);
    expect(bronzeChecks(shared)[0].message).toContain('+ 14 that another file has too = 10014');
    expect(blocking(bronzeChecks({ ...shared, duplicates: 0 }))).toHaveLength(1);
  });

  it('do not pass where there is nothing to check', () => {
    const empty = { ...bronze, fileRecords: 0, records: 0, minutesExpected: 0, minutesCovered: 0 };
    const checks = bronzeChecks(empty);
    expect(failedNames(checks)).toEqual(['dead_letter_share', 'monotonic_time', 'coverage']);
    expect(checks[1].message).toBe('0 of 0 records could not be used: nothing to check');
  });
});

describe('checks of records about options', () => {
  const facts = {
    fileRecords: 100,
    duplicates: 0,
    records: 60,
    deadLetters: 0,
    otherInstruments: 30,
    outsideWindow: 10,
  };

  it('are none where there are no such files', () =>
    expect(
      optionChecks({ ...facts, fileRecords: 0, records: 0, otherInstruments: 0, outsideWindow: 0 }),
    ).toEqual([]));

  it('block where records are not accounted for, and only warn of dead letters', () => {
    expect(failedNames(optionChecks(facts))).toEqual([]);
    const lost = optionChecks({ ...facts, records: 59 });
    expect(blocking(lost)).toMatchObject([{ check: 'option_record_count', value: 1 }]);
    const unusable = optionChecks({ ...facts, records: 50, deadLetters: 10 });
    expect(blocking(unusable)).toEqual([]);
    expect(failedNames(unusable)).toEqual(['option_dead_letters']);
  });
});

describe('checks of Silver', () => {
  it('block where records give no bars', () =>
    expect(blocking(silverChecks({ ...silver, bars: 0 }))).toMatchObject([
      { check: 'bars', message: '0 bars of 10000 records' },
    ]));

  it('say where events end without F_LAST', () => {
    const checks = silverChecks({ ...silver, unmarkedEnds: 10_000 });
    expect(blocking(checks)).toEqual([]);
    expect(checks.find(({ passed }) => !passed)).toMatchObject({
      check: 'event_ends',
      value: 0.5,
      message: '10000 of 20000 events bore no F_LAST and ended with the next ts_event (50.000 %)',
    });
  });

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

  it('do not pass where there is nothing to check', () => {
    const nothing = { ...silver, bars: 0, markedEnds: 0, records: 0, tradingStates: 0, auditedOrders: 0 };
    expect(failedNames(silverChecks(nothing))).toEqual([
      'bars',
      'event_ends',
      'crossed_book',
      'unknown_orders',
      'snapshot_audit',
    ]);
  });

  it('only warn of unknown orders and of differences to a snapshot', () => {
    const checks = silverChecks({ ...silver, unknownOrders: 11, differingOrders: 6 });
    expect(failedNames(checks)).toEqual(['unknown_orders', 'snapshot_audit']);
    expect(blocking(checks)).toEqual([]);
  });
});
