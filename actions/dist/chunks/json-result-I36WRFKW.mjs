import{collectResult,withJsonResult}from"./chunk-2WXQWTRM.mjs";import"./chunk-5SPJH4MC.mjs";export{collectResult,withJsonResult};
