import{parseRegistryAuth}from"./chunk-W7ZC3IS5.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
