import fc from 'fast-check';
import { linkTo, parseRoute, replayLink } from '../../../../workers/web/shell/addresses';

test('an address is read as it was made', () => {
  const text = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(text, fc.array(text), fc.dictionary(text, text), (view, parts, query) => {
      const read = parseRoute(linkTo(view, parts, query));
      expect([read.view, read.parts]).toEqual([view, parts]);
      expect(Object.fromEntries(read.query)).toEqual({ ...query });
    }),
  );
});

test('the market is where nothing is named, and a moment of a session has an address', () => {
  for (const hash of ['', '#', '#/']) expect(parseRoute(hash)).toMatchObject({ view: '', parts: [] });
  const link = replayLink('ESZ5', '2025-11-03', '1762180023120456789');
  expect(link).toBe('#/replay/ESZ5/2025-11-03/1762180023120456789');
  expect(parseRoute(link).parts).toEqual(['ESZ5', '2025-11-03', '1762180023120456789']);
});

test('what is no address is taken as it is', () =>
  expect(parseRoute('#/a/%E0%A4').parts).toEqual(['%E0%A4']));
