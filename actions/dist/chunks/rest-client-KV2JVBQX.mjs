import{fieldManager,openCluster}from"./chunk-7NTXTKQX.mjs";import"./chunk-HTEENBVH.mjs";import"./chunk-QJB3RI4O.mjs";export{fieldManager,openCluster};
