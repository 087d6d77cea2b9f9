import{blameProxy,explainFailure}from"./chunk-BX2JAPIM.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{blameProxy,explainFailure};
