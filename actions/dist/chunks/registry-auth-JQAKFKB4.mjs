import{parseRegistryAuth}from"./chunk-22EIQGXE.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
