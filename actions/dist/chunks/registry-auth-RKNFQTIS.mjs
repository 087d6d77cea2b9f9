import{parseRegistryAuth}from"./chunk-ZQKYTPI6.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{parseRegistryAuth};
