export type { WeightUse } from './roles/assign.js';
export { findRoles, type TensorRole } from './roles/find-roles.js';
export { isParameter, type WeightRole } from './roles/table/role.js';
