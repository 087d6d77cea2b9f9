import{fieldManager,openCluster}from"./chunk-NMDYP3W4.mjs";import"./chunk-3P3T22DO.mjs";import"./chunk-RD3KVQLF.mjs";export{fieldManager,openCluster};
