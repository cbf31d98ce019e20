import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { toApplicationFailure } from '../../../activities/failures';
import { SpymasterError } from '../../../graph/errors';
import { rootCause } from '../../../workers/temporal/followed';

const failed = (cause: Error) =>
  rootCause(
    'w',
    new ActivityFailure('activity failed', 'plan', '1', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause),
  );

test('why a workflow failed is told with where, and what to do', () => {
  const details = { field: 'date', expected: '`again` to follow it all the same' };
  const cause = toApplicationFailure(new SpymasterError('BadArgument', 'it is built already', details));
  expect(failed(cause)).toMatchObject({
    code: 'BadArgument',
    message: 'w failed: it is built already',
    details,
  });
});

test.each([
  ['others', new Error('out of luck'), 'w failed: out of luck'],
  ['one without details', ApplicationFailure.create({ type: 'BadConfig', message: 'no' }), 'w failed: no'],
])('of %s the words are told', (_, cause, message) => {
  expect(failed(cause)).toMatchObject({ message });
});

test('of nothing known it is said so', () => {
  expect(rootCause('w', undefined).message).toBe('w failed: for no known reason');
});
