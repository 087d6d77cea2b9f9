import{parseRegistryAuth}from"./chunk-TOFBYJUH.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
