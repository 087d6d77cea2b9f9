import{parseRegistryAuth}from"./chunk-2DQ7NYS5.mjs";import"./chunk-26JQDSEY.mjs";export{parseRegistryAuth};
