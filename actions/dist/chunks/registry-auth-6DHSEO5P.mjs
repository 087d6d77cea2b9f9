import{parseRegistryAuth}from"./chunk-VGULIYLI.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{parseRegistryAuth};
