/** What this project's client asks beside what Databento's own Python client asks of the same server. */
import { createHash } from 'node:crypto';
import { ApiKey, HistoricalClient, type DataRequest } from '../../../../workers/databento';
import { describeWithDatabentoClient, runDatabentoClient } from '../../../support/databento';
import { HistoricalServer, type Asked } from '../../../support/historicalServer';
import { temporaryFolder } from '../../../support/lake';
import { TEST_KEY } from '../../../support/scriptedGateway';

const SCRIPT = `
import hashlib, json, os, sys
import databento as db
import requests

# The client insists on TLS, which a server on this machine has not.
request = requests.Session.request
requests.Session.request = lambda self, method, url, **more: request(self, method, url.replace('https://127', 'http://127'), **more)

url, key, out = sys.argv[1:]
client = db.Historical(key, gateway=url)
asked = dict(dataset='GLBX.MDP3', symbols=['ESH4', 'ESM4'], start='2024-03-04', end='2024-03-06')
mbo = dict(asked, schema='mbo', stype_in='raw_symbol')
found = {
    'cost': client.metadata.get_cost(**mbo),
    'records': client.metadata.get_record_count(**mbo),
    'bytes': client.metadata.get_billable_size(**mbo),
    'conditions': client.metadata.get_dataset_condition('GLBX.MDP3', '2024-03-04', '2024-03-05'),
    'resolved': client.symbology.resolve(dataset='GLBX.MDP3', symbols=['ESH4', 'ESM4'], stype_in='raw_symbol',
        stype_out='instrument_id', start_date='2024-03-04', end_date='2024-03-06')['not_found'],
    'read': len(client.timeseries.get_range(**mbo, limit=None).to_ndarray()),
}
job = client.batch.submit_job(**mbo, split_duration='day')
paths = [p for f in client.batch.list_files(job['id']) for p in client.batch.download(job['id'], out, filename_to_download=f['filename'])]
found['files'] = {os.path.basename(p): hashlib.sha256(open(p, 'rb').read()).hexdigest() for p in paths}
print(json.dumps(found))
`;

const REQUEST: DataRequest = {
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  symbols: ['ESH4', 'ESM4'],
  stypeIn: 'raw_symbol',
  start: '2024-03-04',
  end: '2024-03-06',
};

/** What means the same however it is written: midnight of a day, and what is so by default. */
const normal = ({ form }: Asked) =>
  Object.fromEntries(
    Object.entries(form)
      .map(([name, value]) => [name, value.replace(/T00:00:00(\.0+)?(Z|\+00:00)?$/, '')])
      .filter(([name, value]) => !BY_DEFAULT.has(`${name}=${value.toLowerCase()}`)),
  );
/** Said by one client or by both; the service's own defaults. */
const BY_DEFAULT = new Set(
  'stype_out=instrument_id delivery=download pretty_px=false pretty_ts=false map_symbols=false split_symbols=false'.split(
    ' ',
  ),
);

describeWithDatabentoClient("Databento's Python client", () => {
  test('asks in the same way, and understands the answers that the tests rest on', async () => {
    const server = await HistoricalServer.start();
    server.jobTakes = 0;
    try {
      const base = server.url.replace(/\/v0$/, '');
      const found = await runDatabentoClient<Record<string, unknown>>(
        SCRIPT,
        base,
        TEST_KEY,
        temporaryFolder(),
      );
      const theirs = server.asked.splice(0);
      expect(found).toMatchObject({ cost: 1, records: 100, bytes: 5600, resolved: [], read: 50 });
      const sha256 = createHash('sha256')
        .update(server.file('2024-03-04', 'mbo', 'ESH4,ESM4'))
        .digest('hex');
      expect(found.files).toMatchObject({ 'glbx-mdp3-20240304.mbo.dbn.zst': sha256 });

      const client = new HistoricalClient({ key: new ApiKey(TEST_KEY), baseUrl: server.url });
      await client.estimate(REQUEST);
      await client.condition('GLBX.MDP3', '2024-03-04', '2024-03-05');
      await client.resolve(REQUEST);
      await client.getRange(REQUEST, async (response) => void (await response.arrayBuffer()));
      await client.submitJob(REQUEST);
      for (const ours of server.asked) {
        const same = theirs.find(({ method }) => method === ours.method);
        expect([ours.method, normal(ours)]).toEqual([ours.method, normal(same!)]);
        expect(ours.headers.authorization).toBe(same!.headers.authorization);
      }
    } finally {
      await server.stop();
    }
  });
});
