import{fieldManager,openCluster}from"./chunk-R4MP7Q7W.mjs";import"./chunk-UOB3IVGL.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{fieldManager,openCluster};
