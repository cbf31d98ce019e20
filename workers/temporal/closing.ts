/**
 * Calls that are under way when a connection is closed. The SDK takes the closed channel for an outage and tries them again on a
 * timer; on a closed channel that throws, where nobody can catch it.
 */
import { InterceptingCall, status, type Interceptor } from '@grpc/grpc-js';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Call = ConstructorParameters<typeof InterceptingCall>[0];

/**
 * The SDK's own retries, which end with the connection.
 * @param closed whether the connection is closed, or about to be
 */
export const retriesUntil = (closed: () => boolean): Interceptor[] => {
  const { retryableDecider, delayFunction } = defaultGrpcRetryOptions();
  return [
    makeGrpcRetryInterceptor({
      delayFunction,
      retryableDecider: (attempt, status) => !closed() && retryableDecider(attempt, status),
    }),
    // A retry may wait for its time already.
    (options, nextCall) => new InterceptingCall(closed() ? cancelledCall() : nextCall(options)),
  ];
};

/** A call that never leaves. */
function cancelledCall(): Call {
  return {
    start: (metadata, listener) => {
      listener?.onReceiveMessage?.(null);
      listener?.onReceiveStatus?.({ code: status.CANCELLED, details: 'the connection is closed', metadata });
    },
    sendMessage: () => undefined,
    sendMessageWithContext: () => undefined,
    startRead: () => undefined,
    halfClose: () => undefined,
    cancelWithStatus: () => undefined,
    getPeer: () => '',
    getAuthContext: () => null,
  };
}
