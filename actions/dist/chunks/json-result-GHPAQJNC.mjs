import{collectResult,withJsonResult}from"./chunk-C2Y3EYUY.mjs";import"./chunk-RD3KVQLF.mjs";export{collectResult,withJsonResult};
