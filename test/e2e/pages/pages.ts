import type { Page } from 'playwright-core';
import { EvaluatePage } from './evaluate-page.ts';
import { LibraryPage } from './library-page.ts';
import { ReportPage } from './report-page.ts';
import { RetrainPage } from './retrain-page.ts';
import { ReviewPage } from './review-page.ts';
import { Workstation } from './workstation.ts';

/** Every screen of one window. */
export const pagesOf = (page: Page) => ({
  shell: new Workstation(page),
  library: new LibraryPage(page),
  review: new ReviewPage(page),
  retrain: new RetrainPage(page),
  evaluate: new EvaluatePage(page),
  report: new ReportPage(page),
});
export type Pages = ReturnType<typeof pagesOf>;
