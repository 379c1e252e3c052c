export { openDb, type OpenDb } from './open-db.ts';
