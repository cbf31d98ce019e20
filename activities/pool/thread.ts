/** Entry of a pool thread. */
import { runStage } from '../stages';
import { serveStages } from './serve';

serveStages(runStage);
