import{blameProxy,explainFailure}from"./chunk-KF4HQP2C.mjs";import"./chunk-5SPJH4MC.mjs";export{blameProxy,explainFailure};
