/** Single records: the published golden bytes, the offsets of the format's description, and round trips. */
import fc from 'fast-check';
import { RECORDS, RECORD_TYPES, encodeRecord, viewRecord } from '../../../graph/dbn';
import type { DbnVersion, RecordType } from '../../../graph/dbn';
import { layoutOf } from '../../../graph/dbn/records';
import { anyRecord } from '../../support/dbnRecords';

const VERSIONS: DbnVersion[] = [1, 2, 3];
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

const GOLDEN = [
  {
    hex: '0ea001006a15000007afa6acdbe254168945fed29600000080fb30c56203000001000000800043413cdeaaacdbe25416d1590000b0db1100',
    record: {
      type: 'mbo',
      publisherId: 1,
      instrumentId: 5482,
      tsEvent: 1609160400000429831n,
      orderId: 647784973705n,
      price: 3722750000000n,
      size: 1,
      flags: 128,
      channelId: 0,
      action: 'C',
      side: 'A',
      tsRecv: 1609160400000704060n,
      tsInDelta: 22993,
      sequence: 1170352,
    },
  },
  {
    hex: '0ea001006a15000031b6a6acdbe254163f45fed29600000000ae17d4620300000100000080004341b0faaaacdbe25416a54c0000b1db1100',
    record: {
      type: 'mbo',
      publisherId: 1,
      instrumentId: 5482,
      tsEvent: 1609160400000431665n,
      orderId: 647784973631n,
      price: 3723000000000n,
      size: 1,
      flags: 128,
      channelId: 0,
      action: 'C',
      side: 'A',
      tsRecv: 1609160400000711344n,
      tsInDelta: 19621,
      sequence: 1170353,
    },
  },
];

describe('golden records', () => {
  test.each(GOLDEN)('$record.orderId reads and writes as published', ({ hex, record }) => {
    for (const version of VERSIONS) {
      expect(viewRecord(bytesOf(hex), version).decode()).toEqual(record);
      expect(Buffer.from(encodeRecord(record as never, version)).toString('hex')).toBe(hex);
    }
  });
});

/** Offset and type of fields as the format's description gives them; `a` ASCII character, `s` text. */
const DESCRIBED: { type: RecordType; versions: DbnVersion[]; bytes: number; fields: string }[] = [
  {
    type: 'mbo',
    versions: VERSIONS,
    bytes: 56,
    fields:
      'orderId@16u64 price@24i64 size@32u32 flags@36u8 channelId@37u8 action@38a side@39a tsRecv@40u64 tsInDelta@48i32 sequence@52u32',
  },
  {
    type: 'trades',
    versions: VERSIONS,
    bytes: 48,
    fields:
      'price@16i64 size@24u32 action@28a side@29a flags@30u8 depth@31u8 tsRecv@32u64 tsInDelta@40i32 sequence@44u32',
  },
  {
    type: 'mbp-1',
    versions: VERSIONS,
    bytes: 80,
    fields: 'price@16i64 flags@30u8 tsRecv@32u64 sequence@44u32',
  },
  {
    type: 'mbp-10',
    versions: VERSIONS,
    bytes: 368,
    fields: 'price@16i64 depth@31u8 tsRecv@32u64 sequence@44u32',
  },
  {
    type: 'bbo-1s',
    versions: VERSIONS,
    bytes: 80,
    fields: 'price@16i64 size@24u32 side@29a flags@30u8 tsRecv@32u64 sequence@44u32',
  },
  { type: 'bbo-1m', versions: VERSIONS, bytes: 80, fields: 'price@16i64 tsRecv@32u64' },
  {
    type: 'cmbp-1',
    versions: VERSIONS,
    bytes: 80,
    fields: 'price@16i64 action@28a tsRecv@32u64 tsInDelta@40i32',
  },
  { type: 'tcbbo', versions: VERSIONS, bytes: 80, fields: 'price@16i64 action@28a' },
  { type: 'cbbo-1s', versions: VERSIONS, bytes: 80, fields: 'price@16i64 size@24u32 side@29a tsRecv@32u64' },
  {
    type: 'ohlcv-1s',
    versions: VERSIONS,
    bytes: 56,
    fields: 'open@16i64 high@24i64 low@32i64 close@40i64 volume@48u64',
  },
  {
    type: 'status',
    versions: VERSIONS,
    bytes: 40,
    fields:
      'tsRecv@16u64 action@24u16 reason@26u16 tradingEvent@28u16 isTrading@30a isQuoting@31a isShortSellRestricted@32a',
  },
  {
    type: 'statistics',
    versions: [3],
    bytes: 80,
    fields:
      'tsRecv@16u64 tsRef@24u64 price@32i64 quantity@40i64 sequence@48u32 tsInDelta@52i32 statType@56u16 channelId@58u16 updateAction@60u8 statFlags@61u8',
  },
  {
    type: 'statistics',
    versions: [1, 2],
    bytes: 64,
    fields:
      'tsRecv@16u64 tsRef@24u64 price@32i64 quantity@40i32 sequence@44u32 tsInDelta@48i32 statType@52u16 channelId@54u16 updateAction@56u8 statFlags@57u8',
  },
  {
    type: 'imbalance',
    versions: VERSIONS,
    bytes: 112,
    fields:
      'tsRecv@16u64 refPrice@24i64 auctionTime@32u64 contBookClrPrice@40i64 lowerCollar@80i64 pairedQty@88u32 totalImbalanceQty@92u32 auctionType@104a side@105a',
  },
  { type: 'error', versions: [1], bytes: 80, fields: 'err@16s' },
  { type: 'error', versions: [2, 3], bytes: 320, fields: 'err@16s code@318u8 isLast@319u8' },
  { type: 'system', versions: [1], bytes: 80, fields: 'msg@16s' },
  { type: 'system', versions: [2, 3], bytes: 320, fields: 'msg@16s code@319u8' },
  {
    type: 'symbol-mapping',
    versions: [1],
    bytes: 80,
    fields: 'stypeInSymbol@16s stypeOutSymbol@38s startTs@64u64 endTs@72u64',
  },
  {
    type: 'symbol-mapping',
    versions: [2, 3],
    bytes: 176,
    fields: 'stypeIn@16u8 stypeInSymbol@17s stypeOut@88u8 stypeOutSymbol@89s startTs@160u64 endTs@168u64',
  },
  {
    type: 'definition',
    versions: [1],
    bytes: 360,
    fields:
      'tsRecv@16u64 minPriceIncrement@24i64 displayFactor@32i64 expiration@40u64 activation@48u64 highLimitPrice@56i64 lowLimitPrice@64i64 maxPriceVariation@72i64 tradingReferencePrice@80i64 unitOfMeasureQty@88i64 minPriceIncrementAmount@96i64 priceRatio@104i64 strikePrice@328i64 instAttribValue@112i32 underlyingId@116u32 rawInstrumentId@120u32 marketDepthImplied@124i32 marketDepth@128i32 contractMultiplier@160i32 originalContractSize@168i32 maturityYear@180u16 channelId@184u16 currency@186s settlCurrency@190s secsubtype@194s rawSymbol@200s group@222s exchange@243s asset@248s cfi@255s securityType@262s unitOfMeasure@269s underlying@300s strikePriceCurrency@321s instrumentClass@325a matchAlgorithm@342a securityUpdateAction@349a maturityMonth@350u8 maturityDay@351u8 maturityWeek@352u8 userDefinedInstrument@353a',
  },
  {
    type: 'definition',
    versions: [2],
    bytes: 400,
    fields:
      'tsRecv@16u64 minPriceIncrement@24i64 tradingReferencePrice@80i64 unitOfMeasureQty@88i64 minPriceIncrementAmount@96i64 priceRatio@104i64 strikePrice@112i64 instAttribValue@120i32 underlyingId@124u32 rawInstrumentId@128u32 marketDepthImplied@132i32 marketDepth@136i32 contractMultiplier@164i32 originalContractSize@172i32 maturityYear@180u16 channelId@184u16 currency@186s settlCurrency@190s secsubtype@194s rawSymbol@200s group@271s exchange@292s asset@297s cfi@304s securityType@311s unitOfMeasure@318s underlying@349s strikePriceCurrency@370s instrumentClass@374a matchAlgorithm@375a securityUpdateAction@382a maturityMonth@383u8 maturityDay@384u8 maturityWeek@385u8 userDefinedInstrument@386a',
  },
  {
    type: 'definition',
    versions: [3],
    bytes: 520,
    fields:
      'tsRecv@16u64 minPriceIncrement@24i64 maxPriceVariation@72i64 unitOfMeasureQty@80i64 minPriceIncrementAmount@88i64 priceRatio@96i64 strikePrice@104i64 rawInstrumentId@112u64 legPrice@120i64 legDelta@128i64 instAttribValue@136i32 underlyingId@140u32 marketDepthImplied@144i32 marketDepth@148i32 contractMultiplier@176i32 originalContractSize@184i32 legInstrumentId@188u32 legRatioPriceNumerator@192i32 legRatioPriceDenominator@196i32 legRatioQtyNumerator@200i32 legRatioQtyDenominator@204i32 legUnderlyingId@208u32 maturityYear@214u16 channelId@218u16 legCount@220u16 legIndex@222u16 currency@224s settlCurrency@228s secsubtype@232s rawSymbol@238s group@309s exchange@330s asset@335s cfi@346s securityType@353s unitOfMeasure@360s underlying@391s strikePriceCurrency@412s legRawSymbol@416s instrumentClass@487a matchAlgorithm@488a securityUpdateAction@493a maturityMonth@494u8 maturityDay@495u8 maturityWeek@496u8 userDefinedInstrument@497a legInstrumentClass@501a legSide@502a',
  },
];

const READ: Record<string, (view: DataView, at: number) => unknown> = {
  u8: (view, at) => view.getUint8(at),
  u16: (view, at) => view.getUint16(at, true),
  u32: (view, at) => view.getUint32(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u64: (view, at) => view.getBigUint64(at, true),
  i64: (view, at) => view.getBigInt64(at, true),
  a: (view, at) => String.fromCharCode(view.getUint8(at)),
  s(view, at) {
    let text = '';
    for (let k = at; view.getUint8(k) !== 0; k++) text += String.fromCharCode(view.getUint8(k));
    return text;
  },
};

describe('layouts', () => {
  const cases = DESCRIBED.flatMap((entry) => entry.versions.map((version) => ({ ...entry, version })));

  test.each(cases)(
    '$type of version $version lies where the format says',
    ({ type, version, bytes, fields }) => {
      expect(layoutOf(type, version).bytes).toBe(bytes);
      fc.assert(
        fc.property(anyRecord(type, version), (record) => {
          const encoded = encodeRecord(record, version);
          const view = new DataView(encoded.buffer);
          for (const [, name, at, kind] of fields.matchAll(/(\w+)@(\d+)(\w+)/g))
            expect([name, READ[kind](view, Number(at))]).toEqual([name, record[name as keyof typeof record]]);
        }),
        { numRuns: 20 },
      );
    },
  );

  test('price levels are six numbers of 32 bytes, best first', () => {
    const [record] = fc.sample(anyRecord('mbp-10', 3), { numRuns: 1, seed: 7 });
    const view = new DataView(encodeRecord(record, 3).buffer);
    if (record.type !== 'mbp-10') throw new Error('wrong type');
    record.levels.forEach((level, k) => {
      const at = 48 + 32 * k;
      expect(level).toEqual({
        bidPx: view.getBigInt64(at, true),
        askPx: view.getBigInt64(at + 8, true),
        bidSz: view.getUint32(at + 16, true),
        askSz: view.getUint32(at + 20, true),
        bidCt: view.getUint32(at + 24, true),
        askCt: view.getUint32(at + 28, true),
      });
    });
  });

  test('rtypes are those of the format', () => {
    const codes = Object.fromEntries(RECORD_TYPES.map((type) => [type, RECORDS[type].rtype]));
    expect(codes).toEqual({
      trades: 0x00,
      'mbp-1': 0x01,
      'mbp-10': 0x0a,
      'ohlcv-deprecated': 0x11,
      status: 0x12,
      definition: 0x13,
      imbalance: 0x14,
      error: 0x15,
      'symbol-mapping': 0x16,
      system: 0x17,
      statistics: 0x18,
      'ohlcv-1s': 0x20,
      'ohlcv-1m': 0x21,
      'ohlcv-1h': 0x22,
      'ohlcv-1d': 0x23,
      'ohlcv-eod': 0x24,
      mbo: 0xa0,
      'cmbp-1': 0xb1,
      'cbbo-1s': 0xc0,
      'cbbo-1m': 0xc1,
      tcbbo: 0xc2,
      'bbo-1s': 0xc3,
      'bbo-1m': 0xc4,
    });
  });
});

describe('round trips', () => {
  const all = RECORD_TYPES.flatMap((type) => VERSIONS.map((version) => ({ type, version })));

  test.each(all)('any $type of version $version survives writing and reading', ({ type, version }) => {
    fc.assert(
      fc.property(anyRecord(type, version), (record) => {
        const bytes = encodeRecord(record, version);
        const view = viewRecord(bytes, version);
        expect(view.stored()).toEqual(record);
        expect(view.tsOut).toBe(record.tsOut ?? null);
        expect(encodeRecord(view.stored(), version)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what cannot be written', () => {
  const mbo = GOLDEN[0].record as never as Record<string, unknown>;
  const write = (changes: Record<string, unknown>) => () => encodeRecord({ ...mbo, ...changes } as never);

  test.each([
    ['size', { size: 2 ** 32 }],
    ['size', { size: 1.5 }],
    ['size', { size: undefined }],
    ['tsInDelta', { tsInDelta: -(2 ** 31) - 1 }],
    ['price', { price: 2n ** 63n }],
    ['price', { price: 12 }],
    ['orderId', { orderId: -1n }],
    ['side', { side: 'AB' }],
    ['side', { side: '\u20ac' }],
  ])('%s out of its range is refused by name', (field, changes) => {
    expect(write(changes)).toThrow(expect.objectContaining({ code: 'BadArgument', details: { field } }));
  });

  test('a text needs room for its NUL, and to be ASCII', () => {
    const system = { type: 'system', publisherId: 1, instrumentId: 0, tsEvent: 0n, code: 0 } as const;
    expect(() => encodeRecord({ ...system, msg: 'x'.repeat(302) })).not.toThrow();
    expect(() => encodeRecord({ ...system, msg: 'x'.repeat(303) })).toThrow('302 ASCII characters');
    expect(() => encodeRecord({ ...system, msg: 'caf\u00e9' })).toThrow('ASCII');
    expect(() => encodeRecord({ ...system, msg: 'a\0b' })).toThrow('ASCII');
  });
});

describe('a record standing alone', () => {
  test('must be whole, of a known type and of its length', () => {
    const bytes = bytesOf(GOLDEN[0].hex);
    expect(() => viewRecord(bytes.subarray(0, 55), 3)).toThrow('no mbo record');
    expect(() => viewRecord(bytes.subarray(0, 0), 3)).toThrow(
      expect.objectContaining({ code: 'CorruptDbn' }),
    );
    expect(() => viewRecord(Uint8Array.of(4, 0x77, ...new Uint8Array(14)), 3)).toThrow(
      'type 119 is not known',
    );
  });
});
