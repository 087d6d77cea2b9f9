import{explainFailure,unreachable}from"./chunk-7CHCWIRN.mjs";import"./chunk-TOBNFM2S.mjs";export{explainFailure,unreachable};
