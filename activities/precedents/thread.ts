/** Entry of a thread that answers questions about precedents. */
import { serveWork } from '../pool/serve';
import { answerIn } from './precedentsThread';

serveWork(answerIn);
