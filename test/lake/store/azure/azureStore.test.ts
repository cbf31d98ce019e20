import { testStorage } from '../../../support/storage';
import { bytes, describeStore, text } from '../storeContract';

const storage = testStorage();

describeStore('a store in Azure', () => {
  const place = storage.place();
  return [storage.open(place).store, storage.open(place).store];
});

it('lets one of twenty writers create a commit, all of whose clients are their own', async () => {
  const place = storage.place();
  const stores = Array.from({ length: 20 }, () => storage.open(place));
  const won = await Promise.all(
    stores.map(({ store }, k) => store.putIfAbsent('t/_delta_log/0.json', bytes(`writer ${k}`))),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(text(await stores[0].store.read('t/_delta_log/0.json'))).toBe(`writer ${won.indexOf(true)}`);
});
