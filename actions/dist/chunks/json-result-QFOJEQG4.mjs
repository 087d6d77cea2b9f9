import{collectResult,withJsonResult}from"./chunk-43PUU3S2.mjs";import"./chunk-DKE6MGHQ.mjs";export{collectResult,withJsonResult};
