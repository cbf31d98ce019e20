/** Entry of a thread that trains. */
import { trainTold } from '../lineage/toldTraining';
import { serveWork } from '../pool/serve';

serveWork(trainTold);
