import { decisionWords } from '../../../activities/training/decisionWords';

const best = { version: 'logistic@2', gain: 0.0617 };
const REFUSED =
  'o model passed the gate (the best, logistic@2, gains +61.7 thousandths of a nat an episode over the volatility baseline).';

test('what passes the gate is champion', () => {
  const champion = { version: 'logistic@2', despiteGate: false };
  expect(decisionWords({ promoted: 'logistic@2', best, champion })).toBe(
    'logistic@2 passed the gate and is champion.',
  );
});

test('where nothing passes, a champion that did once goes on; without one there are base rates', () => {
  expect(decisionWords({ promoted: null, best, champion: null })).toBe(
    `No edge shown: n${REFUSED} Base rates are what there is to go by.`,
  );
  const champion = { version: 'boosting@1', despiteGate: false };
  expect(decisionWords({ promoted: null, best, champion })).toBe(`N${REFUSED} boosting@1 stays champion.`);
  expect(decisionWords({ promoted: null, best, champion: { ...champion, despiteGate: true } })).toBe(
    `No edge shown: n${REFUSED} boosting@1, promoted despite the gate, stays champion.`,
  );
});
