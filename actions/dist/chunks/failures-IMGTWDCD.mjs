import{explainFailure,unreachable}from"./chunk-2XKMNZ5U.mjs";import"./chunk-RYGUPKLD.mjs";export{explainFailure,unreachable};
