import{parseRegistryAuth}from"./chunk-DOFYKUSH.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
