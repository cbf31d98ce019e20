/** The sound of an alert: two notes, upward where price comes from below; a touch rings higher, and twice. */
import type { Alert } from '../../../graph/screen/alert';
import { observable } from '../shell/observable';

/** Whether the browser waits for a click or a key before the page may sound. */
export const soundWaits = observable(false);

const NOTE_SECONDS = 0.16;
const LOUDNESS = 0.25;
/** Hz: a fifth apart. */
const NOTES = { approach: [392, 587.33], touch: [659.26, 987.77] } as const;

let context: AudioContext | undefined;

/** Makes ready to sound; best in answer to a click. */
export function wakeSound(): void {
  context ??= new AudioContext();
  const look = () => soundWaits.set(context?.state === 'suspended');
  look();
  if (context.state === 'suspended') void context.resume().then(look, look);
}

/** Sound is allowed with the first click or key on a page, whatever it is meant for. */
export function wakeWithFirstGesture(): void {
  for (const gesture of ['pointerdown', 'keydown'] as const)
    addEventListener(gesture, wakeSound, { once: true });
}

export function sound({ trigger, direction }: Pick<Alert, 'trigger' | 'direction'>): void {
  wakeSound();
  if (!context || context.state !== 'running') return;
  const notes = direction === 'UP' ? NOTES[trigger] : NOTES[trigger].toReversed();
  const played = trigger === 'touch' ? [...notes, ...notes] : notes;
  for (const [k, hertz] of played.entries()) note(context, hertz, context.currentTime + k * NOTE_SECONDS);
}

/** @param at seconds of the context's time */
function note(of: AudioContext, hertz: number, at: number): void {
  const [oscillator, gain] = [of.createOscillator(), of.createGain()];
  oscillator.type = 'triangle';
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  // Without a click at its end.
  gain.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS);
  oscillator.connect(gain).connect(of.destination);
  oscillator.start(at);
  oscillator.stop(at + NOTE_SECONDS);
}
