import type {
  AgreementAnswer,
  AgreementRequest,
  AnnotatorView,
  CellRequest,
  CompareRequest,
  EvaluationAnswer,
} from '../../contract/evaluation.ts';
import type { ListedBeat } from '../../contract/review.ts';

/** What comparing labels needs from the engine process: records are many, and their marks take a while to read. */
export interface EvaluationJobs {
  annotators(): Promise<AnnotatorView[]>;
  compare(request: CompareRequest): Promise<EvaluationAnswer>;
  beats(request: CellRequest): Promise<ListedBeat[]>;
  agreement(request: AgreementRequest): Promise<AgreementAnswer>;
  disagreements(request: AgreementRequest): Promise<ListedBeat[]>;
}
