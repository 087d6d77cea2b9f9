export { type ScannerAdapter, startScannerAdapter } from './adapter.ts';
