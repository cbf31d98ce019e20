import { partitionsAnswer } from '../../../graph/api/operations';
import { useApi } from '../api/useApi';
import { Answered } from '../parts/Answered';
import { DeadLetters } from './DeadLetters';
import { PartitionGrid } from './PartitionGrid';
import '../design/operations.css';

const ASK_EVERY_MS = 30_000;

/** How the lake is: what is built, what is stale and why, what could not be used. */
export function OperationsPage() {
  const partitions = useApi(partitionsAnswer, '/partitions', {}, ASK_EVERY_MS);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Operations</h1>
      </div>
      <div class="panels">
        <Answered asked={partitions} what="the partitions">
          {(answer) => <PartitionGrid partitions={answer.partitions} />}
        </Answered>
        <DeadLetters />
      </div>
    </div>
  );
}
