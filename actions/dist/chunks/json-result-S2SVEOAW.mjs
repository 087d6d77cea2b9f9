import{collectResult,withJsonResult}from"./chunk-FZ3GF4XZ.mjs";import"./chunk-HTEQU5YA.mjs";export{collectResult,withJsonResult};
