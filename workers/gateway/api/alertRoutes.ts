/** Alerts, and what became of them at webhooks. */
import { alertsAnswer, alertsQuery } from '../../../graph/api/alerts';
import { route, type ApiRoute } from './route';

const alerts = route({
  path: '/alerts',
  operationId: 'alerts',
  summary: 'Alerts since the gateway was started, and how webhooks took them',
  query: alertsQuery,
  answer: alertsAnswer,
  reads: null,
  answerTo: ({ desk }, { query: { limit } }) => {
    const latest = <Row>(rows: readonly Row[]) => rows.slice(-limit).reverse();
    return Promise.resolve({
      alerts: latest(desk.alerts),
      webhooks: desk.webhooks?.states ?? [],
      quiet: desk.webhooks?.quiet ?? false,
      deliveries: latest(desk.webhooks?.deliveries ?? []),
    });
  },
});

export const ALERT_ROUTES: readonly ApiRoute[] = [alerts];
