import { join } from 'node:path';
import pino, { type Logger } from 'pino';

/** The program's log beside the workspace: what failed and when, never a name, a note or a sample of a patient. */
export function openLog(workspaceFolder: string): Logger {
  return pino(
    { base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: join(workspaceFolder, 'program.log'), sync: true, mkdir: true }),
  );
}
