export type {Plan} from './model/plan.ts';
