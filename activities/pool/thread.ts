/** Entry of a pool thread. */
import { runStage } from '../stages/stages';
import { serveWork } from './serve';

serveWork(runStage);
