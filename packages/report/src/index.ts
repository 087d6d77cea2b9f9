export { renderHtml } from './html-page.ts';
export { renderMarkdown } from './markdown.ts';
export { renderText } from './text.ts';
