import{blameProxy,explainFailure}from"./chunk-MEKPYG2K.mjs";import"./chunk-DU4L43BR.mjs";export{blameProxy,explainFailure};
