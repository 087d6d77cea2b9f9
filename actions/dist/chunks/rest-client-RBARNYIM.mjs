import{fieldManager,openCluster}from"./chunk-CS5V336I.mjs";import"./chunk-LVZ34NTX.mjs";import"./chunk-KV553P4B.mjs";export{fieldManager,openCluster};
