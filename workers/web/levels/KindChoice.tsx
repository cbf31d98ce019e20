import { withKind, type Settings } from './levelChoice';
import type { Levels } from './useLevels';

/** Switches a kind of levels on and off. */
export const KindChoice = (props: { of: Settings['levelKinds'][number]; levels: Levels; label: string }) => {
  const { kind, meaning, watched } = props.of;
  return (
    <label title={meaning}>
      <input
        type="checkbox"
        aria-label={kind}
        checked={watched}
        disabled={props.levels.busy}
        onChange={({ currentTarget: { checked } }) =>
          void props.levels.choose((now) => (kind === 'USER' ? now : withKind(now, kind, checked)))
        }
      />{' '}
      {props.label}
    </label>
  );
};
