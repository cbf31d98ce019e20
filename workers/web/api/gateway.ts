/** Whether the gateway answers. While it is away it is asked every few seconds, and views ask again when it is back. */
import { observable } from '../shell/observable';

export interface GatewayState {
  /** When it last answered, ms since 1970. */
  readonly answeredAt: number | null;
  /** Since when it has not answered; null while it does. */
  readonly awaySince: number | null;
  /** How often it has come back. */
  readonly returns: number;
}

const ASK_EVERY_MS = 3000;
const HEALTH = 'api/health';

export const gateway = observable<GatewayState>({ answeredAt: null, awaySince: null, returns: 0 });

let timer: ReturnType<typeof setTimeout> | undefined;

export function gatewayAnswered(): void {
  clearTimeout(timer);
  const { awaySince, returns } = gateway.get();
  gateway.set({
    answeredAt: Date.now(),
    awaySince: null,
    returns: awaySince === null ? returns : returns + 1,
  });
}

export function gatewayAway(): void {
  const state = gateway.get();
  if (state.awaySince === null) gateway.set({ ...state, awaySince: Date.now() });
  clearTimeout(timer);
  timer = setTimeout(() => void probe(), ASK_EVERY_MS);
}

/** Asks it whether it is there. */
export async function probe(): Promise<void> {
  try {
    await fetch(HEALTH, { cache: 'no-store' });
    gatewayAnswered();
  } catch {
    gatewayAway();
  }
}
