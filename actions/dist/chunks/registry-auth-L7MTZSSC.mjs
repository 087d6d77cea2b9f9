import{parseRegistryAuth}from"./chunk-JIFG5Q4L.mjs";import"./chunk-5SPJH4MC.mjs";export{parseRegistryAuth};
