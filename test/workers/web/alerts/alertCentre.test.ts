/** Who is alerted to what, and how often, without a browser. */
import type { Alert } from '../../../../graph/screen/alert';
import { AlertCentre, type Coming } from '../../../../workers/web/alerts/alertCentre';
import { isQuietNow, readSettings, type AlertSettings } from '../../../../workers/web/alerts/alertSettings';
import { alertOfTest } from '../../../support/alerts';

/** When the alert of the tests happened. */
const AT = 1_709_737_323_120;
const LIVE: Coming = { replayed: false, news: true };
const TOLD: Coming = { replayed: false, news: false };
const REPLAYED: Coming = { replayed: true, news: true };
const touch = alertOfTest();
const approach = alertOfTest({ id: 'ESH4-20240306-PM_HIGH-UP-1/approach' });

/** What browsers keep, shared by all pages. */
let remembered: string | null;
let alerted: string[];
beforeEach(() => {
  [remembered, alerted] = [null, []];
});

/** A page that is loaded. */
function page(settings: Partial<AlertSettings> = {}, now = AT): AlertCentre {
  return new AlertCentre({
    settings: () => ({ ...readSettings(null), ...settings }),
    now: () => new Date(now),
    alert: (alert: Alert) => alerted.push(alert.id),
    remembered: { read: () => remembered, write: (text) => (remembered = text) },
    exclusively: (work) => Promise.resolve(work()),
  });
}

const listed = (of: AlertCentre) => of.alerts.get().map(({ id }) => id);

test('there is one alert for an approach and one for its touch, though the page is loaded anew and open twice', async () => {
  const first = page();
  for (const alert of [approach, touch, approach]) await first.take(alert, LIVE);
  const [again, another] = [page(), page()];
  await again.take(touch, TOLD);
  await another.take(touch, LIVE);
  expect(alerted).toEqual([approach.id, touch.id]);
  expect(first.pointedOut.get()?.id).toBe(touch.id);
  expect(another.pointedOut.get()).toBeUndefined();
  // It is in the list all the same.
  expect([listed(again), listed(another)]).toEqual([[touch.id], [touch.id]]);
});

test('an answer that comes later is in the list, and alerts nobody again', async () => {
  const centre = page();
  await centre.take(touch, LIVE);
  const answer = { says: 'insufficient evidence' as const, n: 3, reasons: ['3 precedents'] };
  await centre.take({ ...touch, answer }, LIVE);
  expect(centre.alerts.get()).toMatchObject([{ answer }]);
  expect(alerted).toEqual([touch.id]);
});

test('what happened while the page was loaded alerts; what lies longer back is only listed', async () => {
  await page({}, AT + 60_000).take(touch, TOLD);
  expect(alerted).toEqual([touch.id]);
  const late = page({}, AT + 600_000);
  await late.take(approach, TOLD);
  await late.take(approach, LIVE);
  expect(alerted).toEqual([touch.id]);
  expect(listed(late)).toEqual([approach.id]);
});

test('sessions of the past alert only who asked for them: replays every time, and of the hub what is new', async () => {
  const year = AT + 365 * 86_400_000;
  const without = page({}, year);
  await without.take(touch, REPLAYED);
  expect([alerted, listed(without)]).toEqual([[], []]);
  const asked = page({ past: true }, year);
  await asked.take(approach, TOLD);
  expect(alerted).toEqual([]);
  for (const coming of [REPLAYED, REPLAYED, { ...REPLAYED, news: false }, LIVE, LIVE])
    await asked.take(touch, coming);
  expect(alerted).toEqual([touch.id, touch.id, touch.id]);
});

test.each<[string, Partial<AlertSettings>]>([
  ['another trigger is wanted', { triggers: ['approach'] }],
  ['its kind is muted', { muted: ['PM_HIGH'] }],
])('nobody is alerted where %s', async (_, settings) => {
  const centre = page(settings);
  await centre.take(touch, LIVE);
  expect([alerted, centre.pointedOut.get()]).toEqual([[], undefined]);
});

test('one level is muted, and others of its kind are not', async () => {
  const own = (level: string) => alertOfTest({ id: `${level}/touch`, level, levelKind: 'USER' });
  const centre = page({ muted: ['USER@5140.00'] });
  for (const level of ['USER@5140.00', 'USER@5150.00']) await centre.take(own(level), LIVE);
  expect(alerted).toEqual(['USER@5150.00/touch']);
});

test('in quiet hours it is shown, without sound and notification, and not made up for afterwards', async () => {
  const now = new Date(AT);
  const hours = [now.getHours(), (now.getHours() + 1) % 24].map(
    (hour) => `${String(hour).padStart(2, '0')}:00`,
  );
  const quiet = { on: true, from: hours[0], to: hours[1] };
  expect([isQuietNow({ quiet }, now), isQuietNow({ quiet: { ...quiet, on: false } }, now)]).toEqual([
    true,
    false,
  ]);
  const centre = page({ quiet });
  await centre.take(touch, LIVE);
  expect(centre.pointedOut.get()?.id).toBe(touch.id);
  await page().take(touch, TOLD);
  expect(alerted).toEqual([]);
});

test.each([null, '', '{', '[]', '{"sound":"loud"}', '{"triggers":[]}'])(
  'what the browser kept as %p gives settings that hold',
  (text) => {
    expect(readSettings(text)).toMatchObject({ sound: false, triggers: ['approach', 'touch'], muted: [] });
  },
);

test('what was chosen is kept', () => {
  const chosen = { ...readSettings(null), sound: true, muted: ['ROUND'] };
  expect(readSettings(JSON.stringify(chosen))).toEqual(chosen);
});
