import{runSign}from"./chunk-MZD3ORKC.mjs";import"./chunk-P3GCMBBE.mjs";import"./chunk-HTEQU5YA.mjs";export{runSign};
