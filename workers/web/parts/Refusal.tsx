import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client';
import { Notice } from './Notice';
import { Worded } from './Worded';

/** Why the gateway did not do or tell something, and what it expects. */
export const Refusal = (props: { title: string; error: ApiError; children?: ComponentChildren }) => (
  <Notice bad title={props.title}>
    <p>
      <Worded text={props.error.message} />
    </p>
    {props.error.refusal?.expected && (
      <p>
        Expected: <Worded text={props.error.refusal.expected} />
      </p>
    )}
    {props.children}
  </Notice>
);
