import{blameProxy,explainFailure}from"./chunk-OAQXB3MD.mjs";import"./chunk-DKE6MGHQ.mjs";export{blameProxy,explainFailure};
