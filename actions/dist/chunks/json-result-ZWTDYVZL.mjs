import{collectResult,withJsonResult}from"./chunk-3OUMZYFS.mjs";import"./chunk-26JQDSEY.mjs";export{collectResult,withJsonResult};
