import{pushBlob}from"./chunk-DUHSRPZU.mjs";import"./chunk-JG2FRKDU.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{pushBlob};
