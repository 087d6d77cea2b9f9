import{collectResult,withJsonResult}from"./chunk-WPS2RWFV.mjs";import"./chunk-RYGUPKLD.mjs";export{collectResult,withJsonResult};
