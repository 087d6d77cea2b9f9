import{fieldManager,openCluster}from"./chunk-JUQ3PNHE.mjs";import"./chunk-O5NXYXZL.mjs";import"./chunk-DKE6MGHQ.mjs";export{fieldManager,openCluster};
