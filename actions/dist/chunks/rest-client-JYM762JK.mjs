import{fieldManager,openCluster}from"./chunk-NJIMNL6L.mjs";import"./chunk-WJNBMAMH.mjs";import"./chunk-RYGUPKLD.mjs";export{fieldManager,openCluster};
