import type { JobsApi } from '../../../contract/jobs.ts';
import type { Parts } from '../parts.ts';

export const jobsApi = ({ board }: Parts): JobsApi => ({
  list: async () => board.list(),
  cancel: async ({ jobId }) => ({ cancelled: board.cancel(jobId) }),
});
