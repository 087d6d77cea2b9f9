import{collectResult,withJsonResult}from"./chunk-NVHBRLA5.mjs";import"./chunk-DU4L43BR.mjs";export{collectResult,withJsonResult};
