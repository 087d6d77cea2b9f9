export { type Area, areas, type Check, type CheckResult, type CheckStatus, type Finding } from './check.ts';
export { clusterChecks } from './cluster/cluster-checks.ts';
export { connectionChecks } from './connection/connection-checks.ts';
export type { DeployAccount, DoctorContext, ExaminedCluster } from './context.ts';
export { type ExamineOptions, examine } from './examine.ts';
export { harborChecks } from './harbor/harbor-checks.ts';
