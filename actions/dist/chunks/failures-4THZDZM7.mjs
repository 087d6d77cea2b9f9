import{blameProxy,explainFailure}from"./chunk-4WQQRTEQ.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{blameProxy,explainFailure};
