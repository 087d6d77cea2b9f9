import{parseRegistryAuth}from"./chunk-AU67RMAA.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseRegistryAuth};
