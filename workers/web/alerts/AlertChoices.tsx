import type { ComponentChildren } from 'preact';
import { LEVEL_KINDS, LEVEL_MEANINGS } from '../../../graph/levels/kinds';
import { TRIGGERS } from '../../../graph/scoring/subject';
import { Panel } from '../parts/Panel';
import { useObserved } from '../shell/useObserved';
import { isQuietNow, type AlertSettings } from './alertSettings';
import { alertSettings, changeSettings } from './chosenSettings';
import { askPermission, permission, type Permission } from './notification';
import { sound, soundWaits, wakeSound } from './sound';

const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  default: 'The browser asks you when you switch it on.',
  granted: 'Allowed by the browser.',
  denied:
    'Forbidden: you, or whoever set the browser up, refused. Allow it in the settings of this page there.',
  none: 'This browser has none for this page: it must come from this machine, or encrypted.',
};

/** How to be alerted, of what, and when not. */
export function AlertChoices() {
  const settings = useObserved(alertSettings);
  const allowed = useObserved(permission);
  const waits = useObserved(soundWaits);
  return (
    <Panel title="How to be alerted" note="kept by this browser">
      <div class="choices">
        <fieldset>
          <legend>By</legend>
          <Choice
            of={settings.sound}
            onChange={(on) => {
              if (on) wakeSound();
              changeSettings({ sound: on });
            }}
          >
            Sound
          </Choice>
          <button type="button" onClick={() => sound({ trigger: 'touch', direction: 'UP' })}>
            Try it
          </button>
          {settings.sound && waits && (
            <p class="warned">The browser waits for a click on the page before it sounds.</p>
          )}
          <Choice
            of={settings.notification && allowed === 'granted'}
            disabled={allowed === 'denied' || allowed === 'none'}
            onChange={async (on) => changeSettings({ notification: on && (await askPermission()) })}
          >
            Notification
          </Choice>
          <p class={allowed === 'denied' ? 'warned' : 'hint'}>{PERMISSION_WORDS[allowed]}</p>
        </fieldset>
        <fieldset>
          <legend>Of</legend>
          {TRIGGERS.map((trigger) => (
            <Choice
              key={trigger}
              of={settings.triggers.includes(trigger)}
              // One of them stays.
              disabled={settings.triggers.length === 1 && settings.triggers.includes(trigger)}
              onChange={(on) =>
                changeSettings({
                  triggers: TRIGGERS.filter((one) =>
                    one === trigger ? on : settings.triggers.includes(one),
                  ),
                })
              }
            >
              {trigger === 'touch' ? 'Touches' : 'Approaches'}
            </Choice>
          ))}
          <Choice of={settings.past} onChange={(past) => changeSettings({ past })}>
            Sessions of the past that are played again
          </Choice>
        </fieldset>
        <QuietHours settings={settings} />
        <Muted settings={settings} />
      </div>
    </Panel>
  );
}

function QuietHours({ settings }: { settings: AlertSettings }) {
  const { quiet } = settings;
  const time = (name: 'from' | 'to') => (
    <label>
      {name}{' '}
      <input
        type="time"
        value={quiet[name]}
        disabled={!quiet.on}
        onChange={({ currentTarget: { value } }) =>
          value && changeSettings({ quiet: { ...quiet, [name]: value } })
        }
      />
    </label>
  );
  return (
    <fieldset>
      <legend>Quiet hours, your local time</legend>
      <Choice of={quiet.on} onChange={(on) => changeSettings({ quiet: { ...quiet, on } })}>
        Neither sound nor notification
      </Choice>
      {time('from')} {time('to')}
      {isQuietNow(settings, new Date()) && <p class="warned">It is quiet now.</p>}
    </fieldset>
  );
}

function Muted({ settings: { muted } }: { settings: AlertSettings }) {
  const levels = muted.filter((name) => !(LEVEL_KINDS as readonly string[]).includes(name));
  const without = (name: string) => muted.filter((one) => one !== name);
  return (
    <fieldset>
      <legend>At levels</legend>
      <div class="kinds">
        {LEVEL_KINDS.map((kind) => (
          <Choice
            key={kind}
            title={LEVEL_MEANINGS[kind]}
            of={!muted.includes(kind)}
            onChange={(on) => changeSettings({ muted: on ? without(kind) : [...muted, kind] })}
          >
            {kind}
          </Choice>
        ))}
      </div>
      {levels.length > 0 && (
        <p>
          Muted:{' '}
          {levels.map((level) => (
            <button key={level} type="button" onClick={() => changeSettings({ muted: without(level) })}>
              {level} ×<span class="unseen">, alert again</span>
            </button>
          ))}
        </p>
      )}
    </fieldset>
  );
}

function Choice(props: {
  of: boolean;
  disabled?: boolean;
  title?: string;
  onChange: (on: boolean) => void | Promise<void>;
  children: ComponentChildren;
}) {
  return (
    <label title={props.title}>
      <input
        type="checkbox"
        checked={props.of}
        disabled={props.disabled}
        onChange={({ currentTarget }) => void props.onChange(currentTarget.checked)}
      />{' '}
      {props.children}
    </label>
  );
}
