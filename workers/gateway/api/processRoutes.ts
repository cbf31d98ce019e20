/** `/processes`: how what runs beside the lake is. */
import { processesAnswer } from '../../../graph/api/processes';
import { route, type ApiRoute } from './route';

const processes = route({
  path: '/processes',
  operationId: 'processes',
  summary:
    'Server, workers, followed sessions, hub and markets: whether they are there, and how soon they answer',
  answer: processesAnswer,
  reads: null,
  answerTo: ({ processes: of }) => of.now(),
});

export const PROCESS_ROUTES: readonly ApiRoute[] = [processes];
