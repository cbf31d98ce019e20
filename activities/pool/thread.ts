/** Entry of a pool thread. */
import { runStage } from '../stages/stages';
import { serveStages } from './serve';

serveStages(runStage);
