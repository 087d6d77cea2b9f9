export { areaTitle, describeCounts } from './examination.ts';
export { renderExaminationHtml } from './examination-html.ts';
export { renderExaminationMarkdown } from './examination-markdown.ts';
export { renderCheckText } from './examination-text.ts';
export {
  type GateReportFormat,
  gateReportFormats,
  renderGateReport,
  writeGateReports,
} from './formats/write-gate-reports.ts';
export { renderGateHtml } from './gate-html/gate-page.ts';
export { gateMarker, type MarkdownPlace, renderGateMarkdown } from './gate-markdown/gate-markdown.ts';
export { type GateTextOptions, renderGateText } from './gate-text/gate-text.ts';
export { renderHtml } from './html-page.ts';
export { renderMarkdown } from './markdown.ts';
export { renderText } from './text.ts';
export { openVerifyJson, type VerifyJsonFile, type VerifyReportHead } from './verify-json.ts';
export { renderVerifyMarkdown } from './verify-markdown.ts';
export { renderVerifyText } from './verify-text.ts';
export { describeStates, refusedCount, stateWords } from './verify-words.ts';
