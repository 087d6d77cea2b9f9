export { type ScannerAdapter, type ScannerOptions, startScannerAdapter } from './adapter.ts';
