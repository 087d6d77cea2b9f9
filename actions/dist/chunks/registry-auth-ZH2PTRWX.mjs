import{parseRegistryAuth}from"./chunk-MQGAVWC4.mjs";import"./chunk-DU4L43BR.mjs";export{parseRegistryAuth};
