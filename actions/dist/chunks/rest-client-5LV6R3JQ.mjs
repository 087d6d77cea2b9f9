import{fieldManager,openCluster}from"./chunk-QNDQZDBT.mjs";import"./chunk-3BRRZ3MM.mjs";import"./chunk-DU4L43BR.mjs";export{fieldManager,openCluster};
