import{runSign}from"./chunk-CDS2ZULV.mjs";import"./chunk-5SPJH4MC.mjs";export{runSign};
