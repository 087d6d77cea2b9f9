export { type Area, areas, type Check, type CheckResult, type CheckStatus, type Finding } from './check.ts';
export { type ExamineOptions, examine } from './examine.ts';
