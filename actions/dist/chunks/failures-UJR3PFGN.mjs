import{explainFailure,unreachable}from"./chunk-AMTHMIFC.mjs";import"./chunk-HTEQU5YA.mjs";export{explainFailure,unreachable};
