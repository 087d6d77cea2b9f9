import{explainFailure,unreachable}from"./chunk-SWH573DF.mjs";import"./chunk-KV553P4B.mjs";export{explainFailure,unreachable};
