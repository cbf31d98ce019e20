import { noteFailure, recallFailure, toApplicationFailure } from '../../activities/failures';
import { FAILURES, SpymasterError, type FailureCode } from '../../graph/errors';

const CODES = Object.keys(FAILURES) as FailureCode[];

test.each(CODES)('%s reaches Temporal as a type that is retried only if that can help', (code) => {
  const failure = toApplicationFailure(new SpymasterError(code, 'what', { file: 'a.dbn', offset: 12 }));
  expect(failure).toMatchObject({
    type: code,
    message: 'what',
    details: [{ file: 'a.dbn', offset: 12 }],
    nonRetryable: !FAILURES[code].retryable,
  });
});

test('an error that is none of ours is retried and keeps its name and stack', () => {
  const error = new RangeError('out of range');
  expect(toApplicationFailure(error)).toMatchObject({
    type: 'RangeError',
    nonRetryable: false,
    stack: error.stack,
  });
  expect(toApplicationFailure('just text')).toMatchObject({ type: 'Error', message: 'just text' });
});

test.each(CODES)('%s survives the way through a thread', (code) => {
  const error = new SpymasterError(code, 'what', { field: 'x' });
  const recalled = recallFailure(structuredClone(noteFailure(error)));
  expect(recalled).toMatchObject({ name: 'SpymasterError', code, message: 'what', details: { field: 'x' } });
});
