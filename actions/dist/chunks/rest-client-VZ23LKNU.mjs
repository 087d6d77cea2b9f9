import{fieldManager,openCluster}from"./chunk-EEDZ7JS4.mjs";import"./chunk-65GLYRU2.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{fieldManager,openCluster};
