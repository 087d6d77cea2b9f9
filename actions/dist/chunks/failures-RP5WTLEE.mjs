import{explainFailure,unreachable}from"./chunk-Z4JKOCKF.mjs";import"./chunk-QJB3RI4O.mjs";export{explainFailure,unreachable};
