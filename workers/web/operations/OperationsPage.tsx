import { useEffect, useState } from 'preact/hooks';
import { backfillsAnswer, type BackfillAsked } from '../../../graph/api/backfills';
import { partitionsAnswer } from '../../../graph/api/operations';
import { useApi } from '../api/useApi';
import { Answered } from '../parts/Answered';
import { BackfillForm } from './BackfillForm';
import { Backfills, isRunning } from './Backfills';
import { Webhooks } from '../alerts/Webhooks';
import { DeadLetters } from './DeadLetters';
import { Health } from './Health';
import { gridRows, type Partition } from './gridRows';
import { PartitionGrid } from './PartitionGrid';
import '../design/operations.css';

/** While something is built, and while nothing is. */
const BUSY_MS = 3000;
const QUIET_MS = 30_000;
const DAY_MS = 86_400_000;

/** How the lake is: what is built and being built, what is stale and why, what could not be used. */
export function OperationsPage() {
  const [asked, setAsked] = useState<BackfillAsked>();
  const [busy, setBusy] = useState(false);
  const every = busy ? BUSY_MS : QUIET_MS;
  const backfills = useApi(backfillsAnswer, '/backfills', {}, every);
  const partitions = useApi(partitionsAnswer, '/partitions', {}, every);
  const running = backfills.answer?.backfills.some(isRunning) ?? false;
  useEffect(() => {
    setBusy(running);
    // What was built last is in no answer yet.
    if (!running) partitions.again();
  }, [running]);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Operations</h1>
      </div>
      <div class="panels">
        {asked && (
          <BackfillForm
            asked={asked}
            onChange={setAsked}
            onEnd={() => {
              setAsked(undefined);
              backfills.again();
            }}
          />
        )}
        <Backfills asked={backfills} onAsk={() => setAsked(latestOf(partitions.answer?.partitions ?? []))} />
        <Answered asked={partitions} what="the partitions">
          {(answer) => <PartitionGrid partitions={answer.partitions} asked={asked} onAsk={setAsked} />}
        </Answered>
        <Health />
        <DeadLetters />
        <Webhooks />
      </div>
    </div>
  );
}

/** A backfill of the latest date there is; of yesterday where there is none. */
function latestOf(partitions: readonly Partition[]): BackfillAsked {
  const latest = gridRows(partitions).find(({ contract }) => contract !== undefined);
  const { product: symbol = 'ES', tradeDate = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10) } =
    latest ?? {};
  return { symbol, start: tradeDate, end: tradeDate, reprocess: 'stale' };
}
