import { useState } from 'preact/hooks';
import { levelsAnswer } from '../../../graph/api/levels';
import { settingsAnswer } from '../../../graph/api/operations';
import { ApiError, send } from '../api/client';
import { useApi, type Asked } from '../api/useApi';
import { choiceOf, type LevelChoice, type Settings } from './levelChoice';

export interface Levels {
  readonly settings: Asked<Settings>;
  /** A choice is under way. */
  readonly busy: boolean;
  /** Why the last one was not taken. */
  readonly refused: ApiError | undefined;
  /**
   * Chooses other levels. @param change of what is chosen now; null: as they are configured
   * @returns whether it was taken
   */
  choose(change: ((now: LevelChoice) => LevelChoice) | null): Promise<boolean>;
}

/** The settings as they are, and how to choose other levels. */
export function useLevels(): Levels {
  const settings = useApi(settingsAnswer, '/settings');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError>();
  const choose: Levels['choose'] = async (change) => {
    const { answer } = settings;
    if (!answer) return false;
    setBusy(true);
    setRefused(undefined);
    try {
      const levels = change && change(choiceOf(answer));
      await send(levelsAnswer, '/levels', { after: answer.chosen?.version ?? 0, levels });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefused(error);
      return false;
    } finally {
      setBusy(false);
      settings.again();
    }
  };
  return { settings, busy, refused, choose };
}
