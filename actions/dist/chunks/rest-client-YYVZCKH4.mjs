import{fieldManager,openCluster}from"./chunk-HUKFPP65.mjs";import"./chunk-AECW3V2G.mjs";import"./chunk-TOBNFM2S.mjs";export{fieldManager,openCluster};
