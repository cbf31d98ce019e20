/** The page may not compile text to code: schemas are walked instead. To be imported before any of them is made. */
import { z } from 'zod';

z.config({ jitless: true });
