import{parseRegistryAuth}from"./chunk-KJUYPILV.mjs";import"./chunk-EUSNI5MJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
