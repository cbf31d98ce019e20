/** Entry of a thread that makes reports. */
import { serveWork } from '../pool/serve';
import { reportIn } from './reportsThread';

serveWork(reportIn);
