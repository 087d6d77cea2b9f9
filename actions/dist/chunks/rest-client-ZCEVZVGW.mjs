import{fieldManager,openCluster}from"./chunk-HIMGNF45.mjs";import"./chunk-CB7XJK73.mjs";import"./chunk-5SPJH4MC.mjs";export{fieldManager,openCluster};
