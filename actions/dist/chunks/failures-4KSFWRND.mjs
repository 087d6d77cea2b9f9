import{explainFailure,unreachable}from"./chunk-U435TPHS.mjs";import"./chunk-RD3KVQLF.mjs";export{explainFailure,unreachable};
