import{pushBlob}from"./chunk-GC2BD2Y4.mjs";import"./chunk-FW7ICLDT.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{pushBlob};
