import{parseRegistryAuth}from"./chunk-HOI3BEBK.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
