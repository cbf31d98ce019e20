/** Entry of a thread that trains. */
import { serveWork } from '../pool/serve';
import { runTraining } from './jobs';

serveWork(runTraining);
