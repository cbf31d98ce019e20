/** The gateway beside Databento's own Python client, which knows nothing of it. */
import { createHash } from 'node:crypto';
import { encodeRecord, type StoredRecord } from '../../../../graph/dbn';
import { ApiKey, LiveGateway, type GatewayOptions, type MarketSource } from '../../../../workers/databento';
import { fileSource } from '../../../../workers/replay/fileSource';
import { describeWithDatabentoClient, runDatabentoClient } from '../../../support/databento';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { memorySource } from '../../../support/memorySource';
import { TEST_KEY } from '../../../support/scriptedGateway';

const file = temporaryFiles();

/** One session after the other: to start Python with the client takes longer than all of them. */
const SCRIPT = `
import hashlib, json, sys
import databento as db

def session(port, key, subscriptions, ts_out):
    client = db.Live(key=key, gateway='127.0.0.1', port=port, ts_out=ts_out)
    digest = hashlib.sha256()
    seen = {'records': 0, 'mappings': [], 'system': [], 'errors': [], 'snapshot': 0, 'sent': 0}

    def take(record):
        if isinstance(record, db.MBOMsg):
            seen['records'] += 1
            seen['snapshot'] += (int(record.flags) & 32) > 0
            seen['sent'] += record.ts_out > 0 if ts_out else 0
            if not ts_out: digest.update(bytes(record))
        elif isinstance(record, db.SymbolMappingMsg):
            seen['mappings'].append([record.instrument_id, record.stype_in_symbol, record.stype_out_symbol])
        elif isinstance(record, db.ErrorMsg): seen['errors'].append(record.err)
        elif isinstance(record, db.SystemMsg): seen['system'].append(record.msg)

    try:
        for one in subscriptions: client.subscribe(dataset='GLBX.MDP3', **one)
        client.add_callback(take)
        client.start()
        client.block_for_close()
    except db.BentoError as error:
        seen['failure'] = str(error)
    return {**seen, 'digest': digest.hexdigest(), 'symbols': {str(k): v for k, v in client.symbology_map.items()}}

print(json.dumps([session(**one) for one in json.loads(sys.argv[1])]))
`;

interface Seen {
  records: number;
  snapshot: number;
  sent: number;
  mappings: [number, string, string][];
  system: string[];
  errors: string[];
  digest: string;
  symbols: Record<string, string>;
  failure?: string;
}

const digestOf = (records: readonly StoredRecord[]) => {
  const digest = createHash('sha256');
  for (const record of records) digest.update(encodeRecord(record));
  return digest.digest('hex');
};

describeWithDatabentoClient("Databento's Python client", () => {
  const records = someMbo(20_000);
  const key = new ApiKey(TEST_KEY);
  const gateways: LiveGateway[] = [];
  let seen: Seen[];

  beforeAll(async () => {
    const { signal } = new AbortController();
    const ofFile = await fileSource([file('day.dbn', streamOf(records, 2))], signal);
    const inMemory = memorySource(records, 5000);
    const listen = async (source: MarketSource, options: GatewayOptions) => {
      const gateway = await LiveGateway.listen(source, { speed: Infinity, key, ...options });
      gateways.push(gateway);
      return gateway.port;
    };
    const mbo = { schema: 'mbo', symbols: 'ESH4' };
    const session = { key: TEST_KEY, subscriptions: [mbo], ts_out: false };
    const start = Number(records[15_000].tsEvent / 1000n) * 1000;
    const history = [
      { schema: 'mbo', symbols: ['ES.FUT', 'XX.FUT'], stype_in: 'parent', start: 0 },
      { schema: 'definition', symbols: 'ALL_SYMBOLS', start },
    ];
    seen = await runDatabentoClient<Seen[]>(
      SCRIPT,
      JSON.stringify([
        { ...session, port: await listen(ofFile, {}) },
        { ...session, port: await listen(inMemory, {}), subscriptions: history, ts_out: true },
        {
          ...session,
          port: await listen(inMemory, { from: records[3000].tsRecv }),
          subscriptions: [{ ...mbo, snapshot: true }],
        },
        { ...session, port: await listen(inMemory, {}), key: TEST_KEY.replace('unit', 'xxxx') },
      ]),
    );
  });
  afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())));

  test('gets mappings, and the records of a file, byte by byte', () => {
    expect(seen[0]).toEqual({
      records: 20_000,
      snapshot: 0,
      sent: 0,
      mappings: [[17077, 'ESH4', 'ESH4']],
      system: ['Subscription request 0 for mbo data succeeded'],
      errors: [],
      digest: digestOf(records),
      symbols: { 17077: 'ESH4' },
    });
  });

  test('gets history from a start on, with send times where it asks for them', () => {
    expect(seen[1]).toMatchObject({
      records: 20_000,
      sent: 20_000,
      errors: ['Failed to resolve symbol: XX.FUT'],
      mappings: [
        [17077, 'ES.FUT', 'ESH4'],
        [17077, 'ESH4', 'ESH4'],
        [5, 'NQH4', 'NQH4'],
      ],
    });
  });

  test('gets a snapshot of the book', () => {
    expect(seen[2]).toMatchObject({ snapshot: 3001, records: 3001 + 17_000 });
  });

  test('is told that its key is wrong', () => {
    expect(seen[3].failure).toContain('Authentication failed.');
  });
});
