import{blameProxy,explainFailure}from"./chunk-HRHOSYJ5.mjs";import"./chunk-26JQDSEY.mjs";export{blameProxy,explainFailure};
