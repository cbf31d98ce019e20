import { sessionsAnswer } from '../../../graph/api/sessions';
import { useApi } from '../api/useApi';
import { Answered } from '../parts/Answered';
import { route } from '../shell/router';
import { useObserved } from '../shell/useObserved';
import { AnswersJudged } from './AnswersJudged';
import { BaseRates } from './BaseRates';
import { Calendar } from './Calendar';
import { Episodes } from './Episodes';
import { chosenIn, Filters } from './Filters';
import '../design/history.css';

/** What has been: sessions, their episodes, how those ended, and what was shown of them. */
export function HistoryPage() {
  const chosen = chosenIn(useObserved(route).query);
  const sessions = useApi(sessionsAnswer, '/sessions', { limit: 1000 });
  return (
    <div class="view">
      <div class="view-head">
        <h1>History</h1>
        <Filters chosen={chosen} />
      </div>
      <Answered asked={sessions} what="the sessions">
        {(answer) => (
          <div class="panels">
            <Calendar sessions={answer.sessions} chosen={chosen.date} />
            {answer.sessions.length > 0 && (
              <>
                <BaseRates chosen={chosen} />
                <Episodes chosen={chosen} />
                <AnswersJudged chosen={chosen} />
              </>
            )}
          </div>
        )}
      </Answered>
    </div>
  );
}
